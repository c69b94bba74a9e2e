/// What a task does.
public enum TaskAction: Sendable {
    /// Has `function` (`http`, `agent:1.0.0` …) done outside of the engine.
    case call(function: String, arguments: Template)
    /// Has `asyncapi` take messages, then runs a list for each of them, one after the other.
    case consume(arguments: Template, EventIteration)
    /// Starts an execution of its own.
    case child(ChildClause)
    /// Runs a list.
    case `do`(TaskList)
    /// Publishes a CloudEvent of these attributes.
    case emit(Template)
    /// Waits for events.
    case listen(ListenClause)
    /// Runs a list for each item, one after the other.
    case `for`(LoopClause)
    /// Runs tasks side by side; if they compete, the first success is the result and ends the others.
    case fork(TaskList, competes: Bool)
    /// Runs the task at `pointer` with these arguments as its raw input.
    case function(pointer: String, arguments: Template)
    /// Runs a list for each item, side by side.
    case map(MapClause)
    /// Has a script or command (`script`, `shell`) run outside of the engine.
    case process(function: String, arguments: Template, awaits: Bool)
    /// Ends with an error.
    case raise(ErrorTemplate)
    /// Replaces the data.
    case set(Template)
    /// Chooses where the list goes on.
    case `switch`([SwitchCase])
    /// Runs a list and handles its errors.
    case `try`(TaskList, CatchClause)
    /// Pauses until a moment.
    case until(Template)
    /// Pauses.
    case wait(DurationTemplate)
}
