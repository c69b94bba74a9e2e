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
            guard isKafka else {
                throw .nothing(.configuration, .switchedOff, "subscriptions over HTTP cannot be had")
            }
            let channel = try KafkaChannel(target, arguments["authentication"], outside, context)
            let wanted = try Subscription(subscription)
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
        return try await http(target, message, arguments, context)
    }

    private func http(
        _ target: AsyncAPIDocument.Target, _ message: JSON, _ arguments: JSON, _ context: FunctionContext
    ) async throws(FunctionError) -> PreparedCall {
        var base = "\(target.server.protocolName)://\(target.server.address)"
        while base.hasSuffix("/") { base.removeLast() }
        var request = OutsideRequest(
            method: target.method, url: base + (target.address.hasPrefix("/") ? "" : "/") + target.address)
        request.headers = try OutsideRequest.headers(message["headers"], "message/headers")
        request.setBody(message["payload"])
        request.add(key: context.idempotencyKey)
        request.credentials = try await authenticator.credentials(arguments["authentication"], context)
        let (sent, outside) = (request, self.outside)
        return PreparedCall(request.effect) { () async throws(FunctionError) in
            _ = try await outside.send(sent, context)
            return Self.output(message, context)
        }
    }

    /// What was published, as `emit` gives its event.
    private static func output(_ message: JSON, _ context: FunctionContext) -> JSON {
        context.secrets.redacted(["payload": message["payload"] ?? .null, "headers": message["headers"] ?? [:]])
    }
}
