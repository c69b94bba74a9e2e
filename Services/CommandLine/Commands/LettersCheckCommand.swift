import Client
import CommandLineDomain
import Core

/// `cadenza letters check ID`
enum LettersCheckCommand: Command {
    static let form = CommandForm(
        name: "letters check",
        summary: "Tells whether its service would take a dead letter's message. Publishes nothing.",
        discussion: """
            Looks at what a service looks at before its own state comes into play: the topic, the CloudEvent, the
            tenant, the content type, the schema, the body, the id in it and whether an edit kept to the key, and
            the JSON in its payloads. With changes, checks the message as it would be with them; they are not kept.
            Status 1 when something is wrong.
            """,
        operands: [.init("ID", "The letter.")], options: LetterOptions.edit + APIOptions.options,
        examples: [
            .init("cadenza letters check $id", "As it is, edited or not."),
            .init("cadenza letters check $id --body @body.json", "As it would be."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let edit = JSON.object(try LetterOptions.edit(arguments))
        let answer = try await api.ask { client throws(ClientError) in
            try await client.letter(arguments.operands[0], "check", edit)
        }
        let passes = answer["passes"]?.bool == true
        if api.isJSON {
            console.print(answer.text(.pretty))
            return passes ? .done : .negative
        }
        for line in LetterLines.changes(answer["changes"]) { console.print(line) }
        for check in answer["checks"]?.array ?? [] {
            let fault = check["found"]?.string.map { ": \($0)" } ?? ""
            console.print("\(fault.isEmpty ? "✓" : "✗") \(check["check"]?.string ?? "")\(fault)")
        }
        return passes ? .done : .negative
    }
}
