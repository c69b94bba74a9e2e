import Client
import CommandLineDomain
import Core

/// `cadenza why ID`
enum WhyCommand: Command {
    static let form = CommandForm(
        name: "why", summary: "Tells what an execution waits for, or why it ended.",
        operands: [.init("ID", "The execution.")], options: APIOptions.options,
        examples: [.init("cadenza why $id", "The answer of a call, a timer, an event, a person, a resume.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let answer = try await api.ask { client throws(ClientError) in try await client.why(arguments.operands[0]) }
        if api.isJSON {
            console.print(answer.text(.pretty))
            return .done
        }
        console.print("\(answer["status"]?.string ?? "unknown")")
        for cause in answer["causes"]?.array ?? [] { console.print("  " + ProgressLines.words(cause: cause)) }
        if let ended = answer["ended"]?.object {
            for (key, value) in ended where key != "status" {
                console.print("  \(key)  \(value.string ?? value.text())")
            }
        }
        return .done
    }
}
