import Client
import CommandLineDomain
import Core

/// `cadenza incidents list|show|decide`
enum IncidentsCommand: Command {
    static let form = CommandForm(
        name: "incidents", summary: "Lists and decides what only a person can: calls that may have been made.",
        discussion: """
            A call that may or may not have been made, and must not be made twice, holds its task until somebody has
            looked at the other system. decide ID retry makes the call (again), done takes --result as the task's
            output, fail lets the definition's error handling go on.
            """,
        operands: [
            .init("ACTION", "list, show or decide."),
            .init("ID", "The incident.", isOptional: true),
            .init("DECISION", "retry, done or fail.", isOptional: true),
        ],
        options: [
            .init("all", nil, "With list: those decided as well."),
            .init("result", "JSON", "With done: what the call has brought; JSON, YAML or @FILE."),
            .init("comment", "TEXT", "Why; it stands in the incident and in the audit."),
        ] + APIOptions.options,
        examples: [
            .init("cadenza incidents list", "What waits for a person."),
            .init("cadenza incidents decide $id done --result '{\"sent\":true}'", "It had been made after all."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let operands = arguments.operands
        switch (operands[0], operands.count) {
        case ("list", 1):
            let status = arguments.has("all") ? nil : "open"
            let items = try await api.ask { client throws(ClientError) in try await client.incidents(status: status) }
            if api.isJSON { console.print(JSON.array(items).text(.pretty)) }
            for item in items where !api.isJSON { console.print(line(item)) }
        case ("show", 2):
            show(
                try await api.ask { client throws(ClientError) in try await client.incident(operands[1]) }, api, console
            )
        case ("decide", 3):
            guard ["retry", "done", "fail"].contains(operands[2]) else {
                throw UsageError("expected retry, done or fail, found \(operands[2])")
            }
            let result = try arguments["result"].map { text throws(UsageError) in
                try InputFile.value(text, "--result")
            }
            let incident = try await api.ask { client throws(ClientError) in
                try await client.decideIncident(
                    operands[1], operands[2], result: result, comment: arguments["comment"] ?? "")
            }
            show(incident, api, console)
        default: throw UsageError("expected list, show ID or decide ID DECISION")
        }
        return .done
    }

    private static func line(_ incident: JSON) -> String {
        func text(_ name: String) -> String { incident[name]?.string ?? "" }
        let state = incident["decision"]?.string ?? text("status")
        return "\(text("id"))  \(state)  \(text("target"))  \(text("raisedAt"))"
    }

    private static func show(_ incident: JSON, _ api: APIOptions, _ console: Console) {
        if api.isJSON { return console.print(incident.text(.pretty)) }
        for (key, value) in incident.object ?? [:] { console.print("\(key)  \(value.string ?? value.text())") }
    }
}
