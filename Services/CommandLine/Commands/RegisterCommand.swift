import Client
import CommandLineDomain
import Core
import Workflow

/// `cadenza register FILE`
enum RegisterCommand: Command {
    static let form = CommandForm(
        name: "register", summary: "Registers a version of a definition at the gateway.",
        operands: [.init("FILE", "The definition; it is checked here first.")],
        options: DefinitionFile.options + APIOptions.options,
        examples: [.init("cadenza register claim.yaml", "A version that exists stays as it is.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let file = try await DefinitionFile(arguments.operands[0], arguments, console)
        let definition = try file.definition(console)
        for warning in definition.warnings {
            console.note(DefinitionFile.shown(warning, in: file.text, of: file.name, console))
        }
        let api = APIOptions(arguments, console)
        let answer = try await api.ask { client throws(ClientError) in try await client.register(definition.document) }
        if api.isJSON {
            console.print(answer.text(.pretty))
        } else {
            console.print("\(definition.reference) \(answer["status"]?.string ?? "accepted")")
        }
        return .done
    }
}
