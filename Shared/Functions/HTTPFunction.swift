import Core
import HTTP

/// `http`: one request.
struct HTTPFunction: Function {
    let outside: Outside
    let authenticator: Authenticator

    let name = "http"

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        guard let method = arguments["method"]?.string, !method.isEmpty,
            method.allSatisfy({ $0.isASCII && $0.isLetter })
        else { throw .bad("method", "a method such as get or post", arguments["method"]) }
        let endpoint = try Endpoint(arguments["endpoint"], "endpoint")
        let form = try OutputForm(argument: arguments["output"])
        var request = OutsideRequest(method: method.uppercased(), url: endpoint.uri)
        request.headers = try OutsideRequest.headers(arguments["headers"])
        if let query = arguments["query"], !query.isNull {
            guard let object = query.object else { throw .bad("query", "an object", query) }
            request.addQuery(Percent.form(object))
        }
        request.setBody(arguments["body"])
        request.acceptsRedirect = arguments["redirect"]?.bool ?? false
        request.add(key: context.idempotencyKey)
        request.credentials = try await authenticator.credentials(endpoint.authentication, context)
        let (sent, outside) = (request, self.outside)
        return PreparedCall(request.effect) { () async throws(FunctionError) in
            form.output(sent, try await outside.send(sent, context), context)
        }
    }
}

/// A URI and who calls it.
struct Endpoint: Sendable {
    let uri: String
    let authentication: JSON?

    /// Reads a URI, or an object with one.
    init(_ value: JSON?, _ member: String) throws(FunctionError) {
        guard let value, let uri = value.string ?? value["uri"]?.string, !uri.isEmpty else {
            throw .bad(member, "a URI, or an object with uri", value)
        }
        (self.uri, authentication) = (uri, value["authentication"])
    }
}
