import Client
import CommandLineDomain
import Core

/// `cadenza letters discard ID…`
enum LettersDiscardCommand: Command {
    static let form = CommandForm(
        name: "letters discard", summary: "Puts dead letters away for good, with a reason.",
        discussion: "They are kept and shown with --state discarded, but can be neither edited nor redriven any more.",
        operands: [.init("ID", "The letters.", repeats: true)],
        options: [.init("reason", "TEXT", "Why, for the record; it has to be there.")] + APIOptions.options,
        examples: [.init("cadenza letters discard $id --reason 'the order was placed again by hand'", "One.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        guard let reason = arguments["reason"], !reason.isEmpty else {
            throw UsageError("--reason is missing", command: form.name)
        }
        let api = APIOptions(arguments, console)
        for id in arguments.operands {
            let answer = try await api.ask { client throws(ClientError) in
                try await client.letter(id, "discard", ["reason": .string(reason)])
            }
            console.print(api.isJSON ? answer.text(.pretty) : "\(id) \(answer["state"]?.string ?? "")")
        }
        return .done
    }
}
