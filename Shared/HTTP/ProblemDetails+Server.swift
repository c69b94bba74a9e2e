import Core

extension ProblemDetails {
    static func bodyTooLarge(limit: Int) -> ProblemDetails {
        ProblemDetails(
            status: 413, code: "HT0001", title: "The body is too large",
            detail: "The body is larger than the limit of \(limit) bytes.",
            whatToDo: "Send a smaller body, or raise the limit in the server's configuration.")
    }

    static func ambiguousFraming(_ detail: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "HT0002", title: "The length of the body is ambiguous", detail: detail,
            whatToDo: "Send either one Content-Length or Transfer-Encoding: chunked, and header names without spaces.")
    }

    static let malformedTarget = ProblemDetails(
        status: 400, code: "HT0003", title: "The request target is malformed",
        detail: "The path or the query holds a bad percent escape, a control character or a dot segment.",
        whatToDo: "Percent-encode the path's segments and the query's values as UTF-8.")

    static let shuttingDown = ProblemDetails(
        status: 503, code: "HT0004", title: "The server is shutting down",
        detail: "This server takes no new requests.", whatToDo: "Send the request again; another replica will take it.")

    static func noRoute(_ path: String) -> ProblemDetails {
        ProblemDetails(
            status: 404, code: "HT0005", title: "There is no such path", detail: "Nothing is served at \(path).",
            whatToDo: "Compare the path with the API's description at /openapi.json.")
    }

    static func methodNotAllowed(_ method: String, allowed: [String]) -> ProblemDetails {
        ProblemDetails(
            status: 405, code: "HT0006", title: "The path does not take this method",
            detail: "The path takes \(allowed.joined(separator: ", ")), not \(method).",
            whatToDo: "Use one of the methods of the Allow header.")
    }

    static func unknownCoding(_ coding: String) -> ProblemDetails {
        ProblemDetails(
            status: 501, code: "HT0007", title: "The transfer coding is not known",
            detail: "Transfer-Encoding is \(coding); only chunked is understood.",
            whatToDo: "Send the body with Content-Length or chunked.")
    }
}
