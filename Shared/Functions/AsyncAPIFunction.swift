import Core
import HTTP
import Kafka

/// `asyncapi`: publishes a message where a document says, or takes some from there.
struct AsyncAPIFunction: Function {
    let outside: Outside
    let authenticator: Authenticator

    let name = "asyncapi"

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        let resource = try ExternalResource(arguments["document"], "document")
        let asked = try await resource.request(authenticator, context)
        let root = try await outside.document(asked, context)
        let target = try AsyncAPIDocument(ServiceDocument(root: root, url: asked.url)).target(arguments)
        let isKafka = target.server.protocolName.hasPrefix("kafka")
        if let subscription = arguments["subscription"].flatMap(\.present) {
            let wanted = try Subscription(subscription)
            if !isKafka {
                var request = try await request("GET", target, arguments, context)
                request.acceptsRedirect = true
                request.headers["accept"] = "text/event-stream, application/x-ndjson"
                request.add(key: context.idempotencyKey)
                let channel = HTTPChannel(request: request, outside: outside)
                return PreparedCall(request.effect) { () async throws(FunctionError) in
                    try await channel.take(wanted, context)
                }
            }
            let channel = try KafkaChannel(target, arguments["authentication"], outside, context)
            return PreparedCall(.reads) { () async throws(FunctionError) in
                try await channel.take(wanted, outside, context)
            }
        }
        guard let message = arguments["message"], message.object != nil else {
            throw .bad("message", "an object with payload", arguments["message"])
        }
        if isKafka {
            let channel = try KafkaChannel(target, arguments["authentication"], outside, context)
            let sent = try channel.message(message, context)
            return PreparedCall(context.idempotencyKey == nil ? .irreversible : .idempotent) {
                () async throws(FunctionError) in
                try await channel.publish(sent, outside, context)
                return Self.output(message, context)
            }
        }
        var request = try await request("POST", target, arguments, context)
        request.headers = try OutsideRequest.headers(message["headers"], "message/headers")
        request.setBody(message["payload"])
        request.add(key: context.idempotencyKey)
        let sent = request
        return PreparedCall(request.effect) { () async throws(FunctionError) in
            _ = try await outside.send(sent, context)
            return Self.output(message, context)
        }
    }

    /// The request over HTTP, by the method of the operation's binding.
    private func request(
        _ method: String, _ target: AsyncAPIDocument.Target, _ arguments: JSON, _ context: FunctionContext
    ) async throws(FunctionError) -> OutsideRequest {
        var base = "\(target.server.protocolName)://\(target.server.address)"
        while base.hasSuffix("/") { base.removeLast() }
        var request = OutsideRequest(
            method: target.method ?? method, url: base + (target.address.hasPrefix("/") ? "" : "/") + target.address)
        request.credentials = try await authenticator.credentials(arguments["authentication"], context)
        return request
    }

    /// What was published, as `emit` gives its event.
    private static func output(_ message: JSON, _ context: FunctionContext) -> JSON {
        context.secrets.redacted(["payload": message["payload"] ?? .null, "headers": message["headers"] ?? [:]])
    }
}
