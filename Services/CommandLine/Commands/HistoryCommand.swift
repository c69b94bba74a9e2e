import Client
import CommandLineDomain
import Core

/// `cadenza history ID`
enum HistoryCommand: Command {
    static let form = CommandForm(
        name: "history", summary: "Prints the log of an execution.",
        operands: [.init("ID", "The execution.")],
        options: [.init("wide", nil, "With each event's own data.")] + APIOptions.options,
        examples: [.init("cadenza history $id --json | jq '.[].kind'", "For other programs.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let events = try await api.ask { client throws(ClientError) in
            try await client.history(arguments.operands[0])
        }
        if api.isJSON {
            console.print(JSON.array(events).text(.pretty))
        } else {
            for line in table(events, isWide: arguments.has("wide")) { console.print(line) }
        }
        return .done
    }

    static func table(_ events: [JSON], isWide: Bool) -> [String] {
        let head = ["#", "time", "event", "task", "run"] + (isWide ? ["data"] : [])
        let rows = events.enumerated().map { number, event in row(event, number + 1, isWide: isWide) }
        return TextTable.lines(head, rows)
    }

    /// What the gateway shows of an event lies around its `body`, the engine's own form.
    private static func row(_ event: JSON, _ number: Int, isWide: Bool) -> [String] {
        let body = event["body"]?.object ?? [:]
        let row = [
            event["sequence"]?.text() ?? String(number), event["time"]?.string ?? "", event["kind"]?.string ?? "",
            event["task"]?.string ?? "", body["run"]?.text() ?? "",
        ]
        guard isWide else { return row }
        let shown = ["kind", "time", "execution", "task", "run", "parent"]
        let rest = body.filter { !shown.contains($0.key) }
        return row + [rest.map { "\($0.key)=\($0.value.text().prefix(200))" }.joined(separator: " ")]
    }
}
