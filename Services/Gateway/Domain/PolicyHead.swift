public import Core

/// The name and version of a policy document: all that the gateway itself needs. The policy service checks the rest.
public struct PolicyHead: Sendable, Hashable {
    /// Such as `claims/assess`.
    public let name: String
    /// Such as `1.0.0`.
    public let version: String

    /// Reads them. Gives all faults when they are missing or malformed.
    public static func read(_ document: JSON) -> Result<PolicyHead, RequestFaults> {
        guard let object = document.object else {
            return .failure(RequestFaults([RequestFault(at: JSONPointer(), found: document.kind, expected: "object")]))
        }
        var faults: [RequestFault] = []
        func text(_ name: String, _ expected: String, _ isRight: (String) -> Bool) -> String {
            guard let value = object[name] else {
                faults.append(RequestFault(at: JSONPointer([name]), found: "nothing", expected: expected))
                return ""
            }
            guard let text = value.string, isRight(text) else {
                let found = value.string == nil ? value.kind : "another string"
                faults.append(RequestFault(at: JSONPointer([name]), found: found, expected: expected))
                return ""
            }
            return text
        }
        let name = text("name", "lower-case words with hyphens, joined by slashes", ResourceName.isPath)
        let version = text("version", "a version such as 1.0.0") { SemanticVersion($0) != nil }
        guard faults.isEmpty else { return .failure(RequestFaults(faults)) }
        return .success(PolicyHead(name: name, version: version))
    }
}
