public import Core

/// What the body of an edit, or of a check of one, changes about a dead letter's message.
public struct LetterEdit: Sendable {
    /// New values by header; nil takes the header away.
    public let headers: [(name: String, value: String?)]
    /// The new body.
    public let body: LetterBody?
    /// Why, for the record.
    public let reason: String

    /// Whether it changes nothing.
    public var isEmpty: Bool { headers.isEmpty && body == nil }

    /// What the redrive itself says; nobody else may.
    private static let reserved: Set = ["ce_tenant", "ce_redrives", "ce_redrivefor"]

    /// Reads a body; gives all faults when it is not one.
    public static func read(_ body: JSON) -> Result<LetterEdit, RequestFaults> {
        var reader = RequestReader(body)
        let (members, given) = (reader.members("headers"), reader.value("body"))
        let reason = reader.text("reason", limit: 1000)
        var faults = reader.finish()
        func fault(_ path: [String], _ found: String, _ expected: String) {
            faults.append(RequestFault(at: JSONPointer(path), found: found, expected: expected))
        }
        var headers: [(name: String, value: String?)] = []
        for (name, value) in members {
            let isName = (1...249).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            if !isName { fault(["headers", name], "another name", "a name of printable ASCII characters") }
            if reserved.contains(name.lowercased()) {
                fault(["headers", name], "a header that only a redrive sets", "other headers")
            }
            if let text = value.string, !text.utf8.contains(0), text.utf8.count <= 65_536 {
                headers.append((name, text))
            } else if value.isNull {
                headers.append((name, nil))
            } else {
                fault(["headers", name], value.kind, "text without NUL, or null to take it away")
            }
        }
        let content = given.flatMap { LetterBody(shown: $0) }
        if let given, content == nil {
            fault(["body"], given.kind, "an object with one of json, text, hex and base64")
        }
        guard faults.isEmpty else { return .failure(RequestFaults(faults)) }
        return .success(LetterEdit(headers: headers, body: content, reason: reason))
    }
}
