import Core
import HTTP

/// `a2a`: one request to an agent, by JSON-RPC.
struct A2AFunction: Function {
    let outside: Outside
    let authenticator: Authenticator

    let name = "a2a"

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        let call = try A2ACall(arguments, callID: context.callID)
        var request = try await server(arguments, context)
        request.headers["content-type"] = "application/json"
        request.headers["accept"] = call.isStreamed ? "text/event-stream, application/json" : "application/json"
        let id: JSON = .string(context.callID)
        request.body = JSONRPC.message(call.method, call.parameters, id: id).bytes()
        if call.isStreamed {
            request.isComplete = { bytes in
                bytes.last == UInt8(ascii: "\n") && JSONRPC.messages(ofStream: bytes).contains(where: Self.isLast)
            }
        }
        let (sent, outside) = (request, self.outside)
        return PreparedCall(call.effect) { () async throws(FunctionError) in
            do throws(FunctionError) {
                let response = try await outside.exchange(sent, context)
                return try Self.output(response, isStreamed: call.isStreamed)
            } catch {
                throw JSONRPC.runtime(error)
            }
        }
    }

    /// Where to, by the agent's card or at once.
    private func server(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> OutsideRequest {
        var request = OutsideRequest(method: "POST", url: "")
        guard let card = arguments["agentCard"], !card.isNull else {
            let endpoint = try Endpoint(arguments["server"], "server")
            request.url = endpoint.uri
            request.credentials = try await authenticator.credentials(endpoint.authentication, context)
            return request
        }
        let asked = try await ExternalResource(card, "agentCard").request(authenticator, context)
        let described = try await outside.document(asked, context)
        guard let address = Self.address(described), let url = HTTPLocation.resolve(address, against: asked.url),
            let location = HTTPLocation(url), let origin = HTTPLocation(asked.url)
        else { throw ServiceDocument.bad("the agent's card names no address for JSON-RPC") }
        request.url = url
        // The card's credentials are for its own server.
        if location.authority == origin.authority, location.scheme == origin.scheme {
            request.credentials = asked.credentials
        }
        return request
    }

    /// The address for JSON-RPC in a card of version 0.2, 0.3 or 1.0.
    private static func address(_ card: JSON) -> String? {
        let interfaces = (card["supportedInterfaces"] ?? card["additionalInterfaces"])?.array ?? []
        let listed = interfaces.first { one in
            (one["protocolBinding"] ?? one["transport"])?.string?.uppercased() == "JSONRPC"
        }
        let preferred = card["preferredTransport"]?.string?.uppercased() ?? "JSONRPC"
        if preferred == "JSONRPC", let url = card["url"]?.string { return url }
        return listed?["url"]?.string
    }

    private static func output(_ response: HTTPClientResponse, isStreamed: Bool) throws(FunctionError) -> JSON {
        let messages = JSONRPC.messages(response)
        guard response.isSuccess || messages.contains(where: { $0["error"] != nil }) else {
            throw .fault(
                Fault(
                    .runtime, .remoteError, "the agent answered by status \(response.status)", status: response.status),
                .answered)
        }
        var results: [JSON] = []
        for message in messages { results.append(try JSONRPC.result(message)) }
        if isStreamed { return .array(results) }
        guard let result = results.first else { throw JSONRPC.failed("the agent's answer is no JSON-RPC") }
        return result
    }

    /// After it a stream has no more to say.
    private static func isLast(_ message: JSON) -> Bool {
        message["result"]?["final"] == true || message["error"] != nil
    }
}
