import Client
import CommandLineDomain
import Core

/// `cadenza migrate plan|apply NAMESPACE/NAME --from V`
enum MigrateCommand: Command {
    static let form = CommandForm(
        name: "migrate", summary: "Plans how running executions would take to another version, and takes them over.",
        discussion: """
            plan classifies every running execution of a version and moves none: safe, needsMapping (with the mapping
            that would do) or impossible, with the task and the reason. apply plans again and takes over those that are
            safe, in batches; it goes on in the gateway's services if this program is stopped.
            """,
        operands: [
            .init("ACTION", "plan, apply, or status of a migration."),
            .init("WORKFLOW", "NAMESPACE/NAME; for status the migration's id."),
        ],
        options: [
            .init("from", "VERSION", "The version that the executions run now."),
            .init("to", "VERSION", "The version that they are to run; the latest when not given."),
            .init("map", "OLD=NEW", "A task that moved: its pointer now and in the new version.", repeats: true),
            .init("suggested", nil, "With apply: plans first and takes the mapping that the plan suggests."),
            .init("batch", "NUMBER", "How many executions a transaction takes; 100."),
        ] + APIOptions.options,
        examples: [
            .init("cadenza migrate plan claims/settle --from 1.0.0", "What would become of each."),
            .init("cadenza migrate apply claims/settle --from 1.0.0 --map /do/0/a=/do/1/a", "Takes over what can be."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let (action, subject) = (arguments.operands[0], arguments.operands[1])
        let api = APIOptions(arguments, console)
        switch action {
        case "status":
            return try await show(
                try await api.ask { client throws(ClientError) in
                    try await client.migration(subject)
                }, api, console)
        case "plan", "apply": break
        default: throw UsageError("expected plan, apply or status, found \(action)")
        }
        let parts = subject.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw UsageError("expected NAMESPACE/NAME, found \(subject)") }
        guard let from = arguments["from"] else { throw UsageError("--from is missing: the version they run now") }
        guard let batch = Int(arguments["batch"] ?? "100") else { throw UsageError("--batch is no number") }
        var mapping = try mapping(arguments)
        func migrate(_ mapping: [String: String], apply: Bool) async throws(CommandFailure) -> JSON {
            try await api.ask { client throws(ClientError) in
                try await client.migrate(
                    namespace: parts[0], name: parts[1], from: from, to: arguments["to"] ?? "latest",
                    mapping: mapping, apply: apply, batch: batch)
            }
        }
        if action == "apply", arguments.has("suggested") {
            let plan = try await migrate(mapping, apply: false)
            for (old, new) in plan["suggestedMapping"]?.object ?? [:] where mapping[old] == nil {
                mapping[old] = new.string
            }
        }
        return try await show(try await migrate(mapping, apply: action == "apply"), api, console)
    }

    private static func mapping(_ arguments: ArgumentValues) throws(UsageError) -> [String: String] {
        var mapping: [String: String] = [:]
        for text in arguments.all("map") {
            guard let sign = text.firstIndex(of: "="), text.hasPrefix("/") else {
                throw UsageError("expected OLD=NEW, found \(text)")
            }
            mapping[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        return mapping
    }

    /// The migration and each of its executions; the status tells whether any stays behind.
    private static func show(_ migration: JSON, _ api: APIOptions, _ console: Console) async throws -> ExitStatus {
        let id = migration["id"]?.string ?? ""
        let items = try await api.ask { client throws(ClientError) in try await client.migrationExecutions(id) }
        let status = migration["status"]?.string ?? "unknown"
        if api.isJSON {
            var object = migration.object ?? [:]
            object["executions"] = .array(items)
            console.print(JSON.object(object).text(.pretty))
        } else {
            let plan = migration["plan"]
            func count(_ name: String) -> String { "\(plan?[name]?.int ?? 0) \(name)" }
            console.print(
                "\(id) \(status): \(migration["from"]?.string ?? "") to \(migration["to"]?.string ?? ""), "
                    + [count("safe"), count("needsMapping"), count("impossible")].joined(separator: ", ")
                    + ", \(migration["migrated"]?.int ?? 0) migrated")
            for item in items { print(item, console) }
            for (old, new) in migration["suggestedMapping"]?.object ?? [:] {
                console.print("  --map \(old)=\(new.string ?? "")")
            }
        }
        guard ["planned", "done"].contains(status) else { return .unfinished }
        let stays = items.contains { $0["migrated"]?.bool != true && $0["class"] != "safe" }
        return stays ? .negative : .done
    }

    private static func print(_ item: JSON, _ console: Console) {
        let outcome = item["migrated"]?.bool == true ? "migrated" : item["class"]?.string ?? "unknown"
        console.print("  \(item["id"]?.string ?? "")  \(outcome)")
        for finding in item["findings"]?.array ?? [] {
            var line = "    \(finding["task"]?.string ?? ""): \(finding["reason"]?.string ?? "")"
            if let suggestion = finding["suggestion"]?.string { line += "; perhaps \(suggestion)" }
            console.print(line)
        }
    }
}
