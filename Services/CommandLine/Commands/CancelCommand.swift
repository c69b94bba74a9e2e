import Client
import CommandLineDomain
import Core

/// `cadenza cancel ID`
enum CancelCommand: Command {
    static let form = CommandForm(
        name: "cancel", summary: "Ends an execution and all that it waits for.",
        operands: [.init("ID", "The execution.")],
        options: [.init("reason", "TEXT", "Why, for the record.")] + APIOptions.options)

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let answer = try await api.ask { client throws(ClientError) in
            try await client.cancel(arguments.operands[0], reason: arguments["reason"] ?? "asked for")
        }
        console.print(api.isJSON ? answer.text(.pretty) : "\(arguments.operands[0]) is asked to end")
        return .done
    }
}
