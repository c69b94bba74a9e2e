import Core
import HTTP

/// An address of something to be fetched, as the DSL writes it: `{name?, endpoint}`.
struct ExternalResource: Sendable {
    let endpoint: Endpoint

    /// Reads it.
    init(_ value: JSON?, _ member: String) throws(FunctionError) {
        guard let value else { throw .bad(member, "an object with endpoint") }
        endpoint = try Endpoint(value["endpoint"], "\(member)/endpoint")
    }

    /// The request for it.
    func request(_ authenticator: Authenticator, _ context: FunctionContext)
        async throws(FunctionError) -> OutsideRequest
    {
        var request = OutsideRequest(method: "GET", url: endpoint.uri)
        request.headers["accept"] = "application/json, application/yaml;q=0.9, */*;q=0.5"
        request.credentials = try await authenticator.credentials(endpoint.authentication, context)
        return request
    }
}
