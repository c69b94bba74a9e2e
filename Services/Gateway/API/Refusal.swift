import Core
import GatewayDomain
import HTTP

/// A request that is answered by a problem.
struct Refusal: Error {
    let problem: ProblemDetails
    var headers: HTTPHeaders = [:]

    init(_ problem: ProblemDetails) { self.problem = problem }

    init(_ status: Int, _ code: ErrorCode, _ title: String, _ detail: String, _ whatToDo: String) {
        problem = ProblemDetails(status: status, code: code, title: title, detail: detail, whatToDo: whatToDo)
    }

    /// All that is wrong with the body.
    init(_ faults: [RequestFault], code: ErrorCode = .invalidBody, title: String = "The body is not as expected") {
        let more = faults.count > 1 ? " (and \(faults.count - 1) more)" : ""
        problem = ProblemDetails(
            status: 400, code: code, title: title, detail: (faults.first?.description ?? "") + more,
            whatToDo: "Correct what errors lists: each names the place, what was found and what was expected.",
            extensions: ["errors": .array(faults.map(\.json))])
    }

    /// Another service said no.
    init(_ rejection: Rejection) { problem = ProblemDetails(rejection) }

    static func notFound(_ what: String) -> Refusal {
        Refusal(
            404, .noSuchThing, "There is no such thing", "The tenant has no \(what).",
            "Check the id, and that the API key belongs to the tenant.")
    }

    static func query(_ detail: String, _ expected: String) -> Refusal {
        Refusal(
            400, .invalidQuery, "A query parameter is not as expected", detail, "Send \(expected), or leave it out.")
    }

    static let keyReused = Refusal(
        422, .keyReused, "The idempotency key belongs to another request",
        "The key was used within the last day with another method, path or body.",
        "Use a new key for a new request; use the old one only to repeat the very same.")

    /// Nothing was done for it.
    static let overloaded: Refusal = {
        var refusal = Refusal(
            503, .overloaded, "The gateway is overloaded", "More requests came than can be answered in time.",
            "Send the request again after a moment, and more slowly; nothing was done.")
        refusal.headers["retry-after"] = "1"
        return refusal
    }()

    var response: HTTPResponse {
        var response = problem.response
        for field in headers.fields { response.headers[field.name] = field.value }
        return response
    }
}
