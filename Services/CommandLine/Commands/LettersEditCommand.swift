import Client
import CommandLineDomain
import Core

/// `cadenza letters edit ID`
enum LettersEditCommand: Command {
    static let form = CommandForm(
        name: "letters edit", summary: "Changes the message that is to be published instead of a dead one.",
        discussion: """
            Prints what the edit changes about the message that died, which is kept beside it with the changes, the
            reason and your name. Nothing is published. Only open letters can be edited; a second edit goes on from the
            first. The topic and the key stay, and the ids in the body have to be of that key. It takes an admin's key.
            """,
        operands: [.init("ID", "The letter.")],
        options: LetterOptions.edit + [.init("reason", "TEXT", "Why, for the record.")] + APIOptions.options,
        examples: [
            .init("cadenza letters edit $id --body @body.json --reason 'amount in cents'", "A new body by its schema."),
            .init("cadenza letters edit $id --header ce_type=cadenza.tasks.v1.RunTask", "A header."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        var edit = try LetterOptions.edit(arguments)
        guard !edit.isEmpty else {
            throw UsageError("nothing to change: --header, --drop-header, --body, --text or --hex", command: form.name)
        }
        edit["reason"] = arguments["reason"].map(JSON.string)
        let api = APIOptions(arguments, console)
        let body = JSON.object(edit)
        let answer = try await api.ask { client throws(ClientError) in
            try await client.letter(arguments.operands[0], "edit", body)
        }
        if api.isJSON {
            console.print(answer.text(.pretty))
        } else {
            for line in LetterLines.changes(answer["changes"]) { console.print(line) }
        }
        return .done
    }
}
