public import Core

/// An error answer (RFC 9457) that says what is wrong, where, and what to do.
public struct ProblemDetails: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The stable code; its page is `docs/errors/<code>.md`.
    public var code: ErrorCode
    /// The kind in a few words, the same every time.
    public var title: String
    /// What is wrong this time. No secrets, no row data.
    public var detail: String
    /// What the caller can do about it.
    public var whatToDo: String
    /// Further members, such as `errors`, the list of faults in a document.
    public var extensions: JSONObject

    /// A problem with its members.
    public init(
        status: Int, code: ErrorCode, title: String, detail: String, whatToDo: String,
        extensions: JSONObject = JSONObject()
    ) {
        (self.status, self.code, self.title, self.detail) = (status, code, title, detail)
        (self.whatToDo, self.extensions) = (whatToDo, extensions)
    }

    /// A refusal as a problem: its kind gives the status.
    public init(_ rejection: Rejection, whatToDo: String = "See the page of the code.") {
        let (status, title) =
            switch rejection.kind {
            case .invalid: (400, "The request is not valid")
            case .notFound: (404, "There is no such thing")
            case .conflict: (409, "The present state does not allow it")
            case .forbidden: (403, "The caller may not do this")
            case .exhausted: (429, "A limit is used up")
            }
        self.init(
            status: status, code: rejection.code, title: title, detail: rejection.reason, whatToDo: whatToDo)
    }

    /// The members in JSON.
    public var json: JSON {
        var object: JSONObject = [
            "type": .string("https://cadenza.dev/errors/\(code)"), "title": .string(title),
            "status": .integer(Int64(status)), "detail": .string(detail), "code": .string(code.rawValue),
            "whatToDo": .string(whatToDo),
        ]
        for (key, value) in extensions where object[key] == nil { object[key] = value }
        return .object(object)
    }

    /// The answer, as `application/problem+json`.
    public var response: HTTPResponse {
        HTTPResponse(
            status: status, headers: ["content-type": "application/problem+json"], body: .bytes(json.bytes()))
    }
}
