import Client
import CommandLineDomain
import Core

/// `cadenza status ID`
enum StatusCommand: Command {
    static let form = CommandForm(
        name: "status", summary: "Tells where an execution stands, and its output once it has ended.",
        discussion: "The exit status is 0 for completed, 1 for faulted or cancelled, 3 while it goes on.",
        operands: [.init("ID", "The execution.")], options: APIOptions.options,
        examples: [.init("until cadenza status $id; [ $? -ne 3 ]; do sleep 1; done", "Waits for the end.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let answer = try await api.ask { client throws(ClientError) in
            try await client.execution(arguments.operands[0])
        }
        let status = answer["status"]?.string ?? "unknown"
        if api.isJSON {
            console.print(answer.text(.pretty))
        } else {
            console.note(status)
            if status == "completed" { console.print((answer["output"] ?? .null).text(.pretty)) }
            if let fault = answer["fault"], !fault.isNull { console.note(fault.text(.pretty)) }
        }
        switch status {
        case "completed": return .done
        case "faulted", "cancelled": return .negative
        default: return .unfinished
        }
    }
}
