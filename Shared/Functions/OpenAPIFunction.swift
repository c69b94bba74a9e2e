import Core

/// `openapi`: an operation that a document describes.
struct OpenAPIFunction: Function {
    let outside: Outside
    let authenticator: Authenticator

    let name = "openapi"

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        guard let id = arguments["operationId"]?.string, !id.isEmpty else {
            throw .bad("operationId", "a text", arguments["operationId"])
        }
        let form = try OutputForm(argument: arguments["output"])
        let parameters = arguments["parameters"] ?? .null
        guard let given = parameters.isNull ? [:] : parameters.object else {
            throw .bad("parameters", "an object", parameters)
        }
        let resource = try ExternalResource(arguments["document"], "document")
        let asked = try await resource.request(authenticator, context)
        let document = ServiceDocument(root: try await outside.document(asked, context), url: asked.url)
        var request = try OpenAPIOperation(id, in: document).request(given)
        request.acceptsRedirect = arguments["redirect"]?.bool ?? false
        request.add(key: context.idempotencyKey)
        request.credentials = try await authenticator.credentials(arguments["authentication"], context)
        let (sent, outside) = (request, self.outside)
        return PreparedCall(request.effect) { () async throws(FunctionError) in
            form.output(sent, try await outside.send(sent, context), context)
        }
    }
}
