public import Core

/// What the body of a migration asks for.
public struct MigrationRequest: Sendable, Hashable {
    /// The version that executions run now.
    public let from: String
    /// The version that they are to run: an exact one, or `latest`, `1`, `1.4`.
    public let to: String
    /// What became of tasks, old pointer to new one.
    public let mapping: [String: String]
    /// Whether to take over what can be, or to plan only.
    public let apply: Bool
    /// How many executions a transaction takes.
    public let batch: Int

    /// Reads a body; gives all faults when it is not one.
    public static func read(_ body: JSON) -> Result<MigrationRequest, RequestFaults> {
        var reader = RequestReader(body)
        let from = reader.text("from", required: true, limit: 100)
        let to = reader.text("to", limit: 100)
        let members = reader.members("mapping")
        let (apply, batch) = (reader.value("apply"), reader.value("batch"))
        var faults = reader.finish()
        func fault(_ path: [String], _ found: String, _ expected: String) {
            faults.append(RequestFault(at: JSONPointer(path), found: found, expected: expected))
        }
        if !from.isEmpty, SemanticVersion(from) == nil { fault(["from"], "another string", "a version such as 1.0.0") }
        if VersionSelector(to) == nil { fault(["to"], "another string", "a version, or latest") }
        var mapping: [String: String] = [:]
        for (old, new) in members {
            guard let new = new.string else {
                fault(["mapping", old], new.kind, "the pointer of a task")
                continue
            }
            mapping[old] = new
        }
        if let apply, apply.bool == nil { fault(["apply"], apply.kind, "true or false") }
        if let batch, !(1...500).contains(batch.int ?? 0) { fault(["batch"], batch.kind, "a number from 1 to 500") }
        guard faults.isEmpty else { return .failure(RequestFaults(faults)) }
        return .success(
            MigrationRequest(
                from: from, to: to.isEmpty ? "latest" : to, mapping: mapping, apply: apply?.bool ?? false,
                batch: batch?.int ?? 100))
    }
}
