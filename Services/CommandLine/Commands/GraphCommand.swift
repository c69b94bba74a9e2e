import CommandLineDomain
import Core
import Workflow

/// `cadenza graph FILE`
enum GraphCommand: Command {
    static let form = CommandForm(
        name: "graph", summary: "Draws a definition.",
        operands: [.init("FILE", "The definition.")],
        options: [
            .init("mermaid", nil, "Mermaid's text, for Markdown; so it is unless told otherwise."),
            .init("svg", nil, "A picture."),
        ] + DefinitionFile.options,
        examples: [.init("cadenza graph claim.yaml --svg > claim.svg", "For a browser.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let definition = try await DefinitionFile(arguments.operands[0], arguments, console).definition(console)
        if arguments.has("svg"), arguments.has("mermaid") {
            throw UsageError("--svg and --mermaid exclude each other", command: "graph")
        }
        console.print(arguments.has("svg") ? svg(definition) : mermaid(definition))
        return .done
    }
}
