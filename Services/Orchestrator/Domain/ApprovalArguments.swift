public import Core

/// What a call of the function `approval` asks for, read from its arguments.
public struct ApprovalArguments: Sendable, Hashable {
    /// One line for the approver.
    public var title: String
    /// What the approver is shown and signs.
    public var subject: JSON
    /// Who may decide; none: anyone with the right to approve.
    public var approvers: [String]
    /// Distinct approvals that are needed; 0 for the default.
    public var quorum: Int32
    /// Time to decide; zero for the default.
    public var sla: Duration
    /// Time between reminders; zero for the default.
    public var remindEvery: Duration
    /// What the approver is to check.
    public var checklist: [String]

    /// Reads the arguments; a member of the wrong kind is a `validation` fault, which fails the task.
    public init(_ arguments: JSON) throws(Fault) {
        guard let title = arguments["title"]?.string, !title.isEmpty else {
            throw Self.fault("title", "a text that is not empty")
        }
        self.title = title
        subject = arguments["subject"] ?? .null
        approvers = try Self.texts(arguments, "approvers")
        checklist = try Self.texts(arguments, "checklist")
        sla = try Self.duration(arguments, "sla")
        remindEvery = try Self.duration(arguments, "remindEvery")
        switch arguments["quorum"] {
        case nil, .null?: quorum = 0
        case let value?:
            guard let number = value.int, (1...100).contains(number) else {
                throw Self.fault("quorum", "a whole number from 1 to 100")
            }
            quorum = Int32(number)
        }
    }

    private static func texts(_ arguments: JSON, _ key: String) throws(Fault) -> [String] {
        guard let value = arguments[key], !value.isNull else { return [] }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else { throw fault(key, "a list of texts") }
        return texts
    }

    private static func duration(_ arguments: JSON, _ key: String) throws(Fault) -> Duration {
        guard let value = arguments[key], !value.isNull else { return .zero }
        guard let duration = value.string.flatMap({ Duration(iso8601: $0) }), duration > .zero else {
            throw fault(key, "an ISO 8601 duration such as PT4H")
        }
        return duration
    }

    private static func fault(_ key: String, _ expected: String) -> Fault {
        Fault(.validation, detail: "approval: `\(key)` must be \(expected)")
    }
}
