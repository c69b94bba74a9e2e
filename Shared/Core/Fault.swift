/// An error inside an execution, in the shape of the Open Workflow DSL (RFC 9457 members).
public struct Fault: Sendable, Hashable, Error {
    /// A URI naming the kind of error; the standard ones stand in `Fault.Standard`.
    public var type: String
    /// The HTTP-like status, 400 … 599.
    public var status: Int
    /// A short sentence, the same for every occurrence of the kind.
    public var title: String?
    /// What happened this time.
    public var detail: String?
    /// JSON pointer of the task in the definition, such as `/do/0/extract`.
    public var instance: String?

    /// An error with its members; pass nil for what is not known.
    public init(type: String, status: Int, title: String? = nil, detail: String? = nil, instance: String? = nil) {
        (self.type, self.status, self.title, self.detail, self.instance) = (type, status, title, detail, instance)
    }

    /// The standard errors of the DSL, version 1.0.
    public enum Standard: String, Sendable, CaseIterable {
        /// The definition asks for what this runtime lacks.
        case configuration
        /// Data does not match its schema.
        case validation
        /// An expression failed.
        case expression
        /// Who calls is not known.
        case authentication
        /// Who calls may not.
        case authorization
        /// A time-out passed.
        case timeout
        /// An outside system failed or refused.
        case communication
        /// The runtime itself failed.
        case runtime

        /// The DSL's status for the kind.
        public var status: Int {
            switch self {
            case .configuration, .validation, .expression: 400
            case .authentication: 401
            case .authorization: 403
            case .timeout: 408
            case .communication, .runtime: 500
            }
        }

        /// The DSL's URI for the kind.
        public var type: String { "https://open-workflow-specification.org/spec/1.0.0/errors/\(rawValue)" }
    }

    /// A standard error; `status` only where it differs from the standard's own.
    public init(
        _ standard: Standard, status: Int? = nil, title: String? = nil, detail: String? = nil, instance: String? = nil
    ) {
        self.init(
            type: standard.type, status: status ?? standard.status, title: title ?? standard.rawValue, detail: detail,
            instance: instance)
    }

    /// The error with no NUL in its texts.
    public var withoutNUL: Fault {
        Fault(
            type: type.withoutNUL, status: status, title: title?.withoutNUL, detail: detail?.withoutNUL,
            instance: instance?.withoutNUL)
    }

    /// The members that are known, in the order of RFC 9457.
    public var json: JSON {
        var object = JSONObject()
        object["type"] = .string(type)
        object["status"] = .integer(Int64(status))
        if let title { object["title"] = .string(title) }
        if let detail { object["detail"] = .string(detail) }
        if let instance { object["instance"] = .string(instance) }
        return .object(object)
    }

    /// Reads the members; nil unless it is an object with a string `type` and an integer `status`.
    public init?(json: JSON) {
        guard let type = json["type"]?.string, let status = json["status"]?.int else { return nil }
        self.init(
            type: type, status: status, title: json["title"]?.string, detail: json["detail"]?.string,
            instance: json["instance"]?.string)
    }
}
