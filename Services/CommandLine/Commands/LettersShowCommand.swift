import Client
import CommandLineDomain
import Core

/// `cadenza letters show ID`
enum LettersShowCommand: Command {
    static let form = CommandForm(
        name: "letters show", summary: "Shows a dead letter: its message, why it died, and what was done about it.",
        discussion: """
            The body is read by its schema where the headers name one, else as JSON or text, else in hexadecimal. After
            an edit, the changes are shown; the message that died is kept.
            """,
        operands: [.init("ID", "The letter, such as policy/cadenza.policy.commands.v1/3/42.")],
        options: APIOptions.options,
        examples: [
            .init("cadenza letters show $id", "All of it."),
            .init("cadenza letters show $id --json | jq .body.json > body.json", "The body, to change it in a file."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let letter = try await api.ask { client throws(ClientError) in
            try await client.letter(arguments.operands[0])
        }
        if api.isJSON {
            console.print(letter.text(.pretty))
            return .done
        }
        func text(_ name: String) -> String? { letter[name].map { $0.string ?? $0.text() } }
        console.print("\(text("id") ?? "")  \(text("state") ?? "")")
        let facts = [
            ("cause", "\(text("code") ?? "") \(text("cause") ?? "")"),
            ("died", "\(text("diedAt") ?? "") in \(text("service") ?? "") after \(text("attempts") ?? "1") tries"),
            ("from", letter["message"]?["source"]?.string), ("trace", letter["message"]?["traceparent"]?.string),
            ("redrives", text("redrives")), ("came of", text("cameOf")), ("came back as", text("cameBackAs")),
            ("key", text("key")), ("schema", text("schema")),
        ]
        for (name, value) in facts where value?.isEmpty == false { console.print("  \(name): \(value ?? "")") }
        section("headers", LetterLines.headers(letter["headers"]), console)
        section("body", LetterLines.body(letter["body"]), console)
        section("edited", LetterLines.changes(letter["edit"]?["changes"]), console)
        section("history", (letter["history"]?.array ?? []).flatMap { LetterLines.step($0) }, console)
        return .done
    }

    private static func section(_ name: String, _ lines: [String], _ console: Console) {
        guard !lines.isEmpty else { return }
        console.print("  \(name):")
        for line in lines { console.print("    " + line) }
    }
}
