import Core

/// `mcp`: one request to a Model Context Protocol server, in a session of its own, over HTTP or stdio.
struct MCPFunction: Function {
    let outside: Outside
    let authenticator: Authenticator

    let name = "mcp"

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        let call = try MCPCall(arguments)
        guard let http = call.transport["http"] else {
            return try local(call, call.transport["stdio"] ?? .null, context)
        }
        let endpoint = try Endpoint(http["endpoint"], "transport/http/endpoint")
        var request = OutsideRequest(method: "POST", url: endpoint.uri)
        request.headers = try OutsideRequest.headers(http["headers"], "transport/http/headers")
        request.credentials = try await authenticator.credentials(endpoint.authentication, context)
        let (base, outside) = (request, self.outside)
        return PreparedCall(call.effect) { () async throws(FunctionError) in
            try await Self.run(call, base, outside, context)
        }
    }

    private static func run(
        _ call: MCPCall, _ base: OutsideRequest, _ outside: Outside, _ context: FunctionContext
    ) async throws(FunctionError) -> JSON {
        let session: MCPSession
        do throws(FunctionError) {
            session = try await MCPSession(outside, base, call, context)
        } catch {
            // Nothing but a session was asked for.
            guard let fault = JSONRPC.runtime(error).fault else { throw error }
            throw .fault(fault, .nothing)
        }
        do throws(FunctionError) {
            let result = try await session.call(call.method, call.parameters)
            await session.end()
            return result
        } catch {
            if error != .cancelled { await session.end() }
            throw JSONRPC.runtime(error)
        }
    }
}
