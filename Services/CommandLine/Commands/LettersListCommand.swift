import Client
import CommandLineDomain
import Core

/// `cadenza letters list`
enum LettersListCommand: Command {
    static let form = CommandForm(
        name: "letters list", summary: "Lists messages that a service could not take, newest first.",
        discussion: """
            A message that can never be taken is put aside as a dead letter, so that those behind it go on. Look at one
            with `letters show`, try it with `letters check`, change it with `letters edit`, publish it once more with
            `letters redrive`, or put it away with `letters discard`.

            States: open; redriven, until its service has told; resolved, when the service took it; deadAgain, when it
            died once more and is a new letter; discarded.
            """,
        options: LetterOptions.filter + [
            .init("state", "STATE", "open (when not given), redriven, resolved, deadAgain, discarded, or all."),
            .init("limit", "NUMBER", "So many at most; 100."),
        ] + APIOptions.options,
        examples: [
            .init("cadenza letters list", "What waits for somebody."),
            .init("cadenza letters list --code MS0002 --since 2026-01-31T08:00:00Z", "Since the last release."),
            .init("cadenza letters list --state all --json | jq -r '.[].id'", "For other programs."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        guard let limit = Int(arguments["limit"] ?? "100"), limit > 0 else { throw UsageError("--limit is no number") }
        let state = arguments["state"] ?? "open"
        let parameters = LetterOptions.parts(arguments) + (state == "all" ? [] : [("state", state)])
        let letters = try await api.ask { client throws(ClientError) in
            try await client.letters(parameters, limit: limit)
        }
        if api.isJSON {
            console.print(JSON.array(letters).text(.pretty))
        } else if letters.isEmpty {
            console.note("no dead letters\(state == "all" ? "" : " that are \(state)")")
        } else {
            let names = ["id", "state", "diedAt", "code", "redrives", "cause"]
            let rows = letters.map { letter in
                names.map { letter[$0]?.string ?? letter[$0]?.text() ?? "" }
            }
            for line in TextTable.lines(["id", "state", "died", "code", "redrives", "cause"], rows) {
                console.print(line)
            }
        }
        return .done
    }
}
