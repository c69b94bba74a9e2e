import GatewayDomain
import HTTP

/// One operation of the API: served and described from the same table.
struct APIRoute: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> HTTPResponse

    let method: String
    let pattern: String
    /// Nil for what anybody may see.
    let right: Caller.Right?
    let summary: String
    /// Whether the body may be as large as a document.
    var takesDocument = false
    /// The names of the query parameters.
    var query: [String] = []
    /// The media types of the body; none when there is no body.
    var body: [String] = []
    /// The statuses of success.
    var success: [Int] = [200]
    let handler: Handler

    static func get(
        _ pattern: String, _ summary: String, query: [String] = [], right: Caller.Right? = .read,
        _ handler: @escaping Handler
    ) -> APIRoute {
        APIRoute(method: "GET", pattern: pattern, right: right, summary: summary, query: query, handler: handler)
    }

    static func post(
        _ pattern: String, _ summary: String, right: Caller.Right = .write, query: [String] = [],
        body: [String] = ["application/json"], success: [Int], takesDocument: Bool = false,
        _ handler: @escaping Handler
    ) -> APIRoute {
        APIRoute(
            method: "POST", pattern: pattern, right: right, summary: summary, takesDocument: takesDocument,
            query: query, body: body, success: success, handler: handler)
    }
}
