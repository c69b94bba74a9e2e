/// What a task does.
public enum TaskAction: Sendable {
    /// Has `function` (`http`, `agent:1.0.0` …) done outside of the engine.
    case call(function: String, arguments: Template)
    /// Runs a list.
    case `do`(TaskList)
    /// Publishes a CloudEvent of these attributes.
    case emit(Template)
    /// Waits for events.
    case listen(ListenClause)
    /// Ends with an error.
    case raise(ErrorTemplate)
    /// Replaces the data.
    case set(Template)
    /// Chooses where the list goes on.
    case `switch`([SwitchCase])
    /// Runs a list and handles its errors.
    case `try`(TaskList, CatchClause)
    /// Pauses.
    case wait(DurationTemplate)
    /// Decoded, but not executable: refused at registration, so never in a compiled definition.
    case unsupported(feature: String)
}
