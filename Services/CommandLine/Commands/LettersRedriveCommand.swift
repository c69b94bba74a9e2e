import Client
import CommandLineDomain
import Core

/// `cadenza letters redrive [ID…]`
enum LettersRedriveCommand: Command {
    static let form = CommandForm(
        name: "letters redrive",
        summary: "Publishes dead letters' messages once more, for the service in which they died.",
        discussion: """
            A message goes to its topic with its key, under a new id that names the old one as its cause; the header
            ce_redrives counts. Only the service in which it died takes it: the others of the topic had it already.

            With ids, those are redriven one by one. With a filter or --all, all open letters that it fits when it is
            called, the oldest first and no faster than --rate; the gateway goes on by itself, even over restarts, and
            this program only watches. It stops by itself when the same failure repeats (--stop-after times in a row).
            Status 1 when a letter died again, or the redrive stopped.
            """,
        operands: [.init("ID", "The letters; none with a filter.", repeats: true, isOptional: true)],
        options: LetterOptions.filter + [
            .init("all", nil, "All open letters, without a filter."),
            .init("rate", "NUMBER", "Letters a second at most; 10."),
            .init("stop-after", "NUMBER", "How often in a row the same failure may happen; 3."),
            .init("limit", "NUMBER", "So many letters at most; 10000."),
            .init("reason", "TEXT", "Why, for the record."),
            .init("no-wait", nil, "Prints the redrive's id and does not watch it."),
        ] + APIOptions.options,
        examples: [
            .init("cadenza letters redrive $id", "One; says whether it was taken."),
            .init("cadenza letters redrive --code PO0006 --rate 5", "All that died of a cause that is mended."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let api = APIOptions(arguments, console)
        let parts = LetterOptions.parts(arguments)
        let isMany = arguments.has("all") || !parts.isEmpty
        guard isMany == arguments.operands.isEmpty else {
            throw UsageError("expected either ids, or a filter or --all", command: form.name)
        }
        let reason = JSON.string(arguments["reason"] ?? "")
        return isMany
            ? try await many(arguments, parts, reason, api, console)
            : try await each(arguments.operands, reason, api, console)
    }

    private static func each(
        _ ids: [String], _ reason: JSON, _ api: APIOptions, _ console: Console
    ) async throws -> ExitStatus {
        var status = ExitStatus.done
        for id in ids {
            let letter = try await api.ask { client throws(ClientError) in
                try await client.letter(id, "redrive", ["reason": reason])
            }
            let state = letter["state"]?.string ?? ""
            if state == "deadAgain" { status = .negative }
            if state == "redriven", status == .done { status = .unfinished }
            let again = letter["cameBackAs"]?.string.map { " as \($0)" } ?? ""
            console.print(api.isJSON ? letter.text(.pretty) : "\(id) \(state)\(again)")
        }
        return status
    }

    private static func many(
        _ arguments: ArgumentValues, _ parts: [(String, String)], _ reason: JSON, _ api: APIOptions,
        _ console: Console
    ) async throws -> ExitStatus {
        var body: JSONObject = ["filter": .object(JSONObject(parts.map { ($0.0, .string($0.1)) })), "reason": reason]
        for (option, member) in [("rate", "rate"), ("stop-after", "stopAfter"), ("limit", "limit")] {
            guard let text = arguments[option] else { continue }
            guard let number = Double(text) else { throw UsageError("--\(option) is no number", command: form.name) }
            body[member] = Int64(exactly: number).map(JSON.integer) ?? .number(number)
        }
        let asked = JSON.object(body)
        var redrive = try await api.ask { client throws(ClientError) in try await client.redrive(asked) }
        let id = redrive["id"]?.string ?? ""
        if arguments.has("no-wait") {
            console.print(api.isJSON ? redrive.text(.pretty) : id)
            return .done
        }
        while redrive["status"] == "running" {
            try await console.clock.sleep(until: console.clock.now() + .milliseconds(250))
            let before = LetterLines.progress(redrive)
            redrive = try await api.ask { client throws(ClientError) in try await client.redrive(id) }
            let now = LetterLines.progress(redrive)
            if now != before { console.note(console.painted(now, .grey)) }
        }
        console.print(api.isJSON ? redrive.text(.pretty) : "\(id) \(LetterLines.progress(redrive))")
        if let reason = redrive["stop"]?["reason"]?.string { console.note("stopped: \(reason)") }
        return redrive["status"] == "stopped" || (redrive["died"]?.int ?? 0) > 0 ? .negative : .done
    }
}
