public import Core

/// What a call of the function `policy` asks for, read from its arguments.
public struct PolicyArguments: Sendable, Hashable {
    /// The policy's name.
    public var policy: String
    /// The version asked for; empty for the newest.
    public var version: String
    /// What the rules look at.
    public var input: JSON

    /// Reads the arguments; a member of the wrong kind is a `validation` fault, which fails the task.
    public init(_ arguments: JSON) throws(Fault) {
        guard let policy = arguments["policy"]?.string, !policy.isEmpty else {
            throw Fault(.validation, detail: "policy: `policy` must be the name of a policy")
        }
        self.policy = policy
        switch arguments["version"] {
        case nil, .null?: version = ""
        case .string(let text)?: version = text
        default: throw Fault(.validation, detail: "policy: `version` must be a text such as \"1.0.0\"")
        }
        input = arguments["input"] ?? .null
    }
}
