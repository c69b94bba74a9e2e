public import Core
public import Expressions

/// A task of a definition.
public final class WorkflowTask: Sendable {
    /// Its name, unique in its list.
    public let name: String
    /// Its place in the document, such as `/do/0/extract`.
    public let pointer: String
    /// Its place in its list.
    public let position: Int
    /// Its node of the document.
    public let definition: JSON
    /// What must hold for it to run.
    public let condition: Expression?
    /// What happens to its input.
    public let input: DataStage
    /// What happens to its output.
    public let output: DataStage
    /// What becomes the context.
    public let export: DataStage
    /// How long it may take.
    public let timeout: DurationTemplate?
    /// Where the list goes on after it.
    public let then: FlowDirective
    /// Which of the definition's extensions may apply to it, as places in `CompiledDefinition.extensions`.
    public let extensions: [Int]
    /// What it does.
    public let action: TaskAction

    init(
        name: String, pointer: String, position: Int, definition: JSON, condition: Expression?, input: DataStage,
        output: DataStage, export: DataStage, timeout: DurationTemplate?, then: FlowDirective, action: TaskAction,
        extensions: [Int] = []
    ) {
        (self.name, self.pointer, self.position, self.definition) = (name, pointer, position, definition)
        (self.condition, self.input, self.output, self.export) = (condition, input, output, export)
        (self.timeout, self.then, self.action, self.extensions) = (timeout, then, action, extensions)
    }
}
