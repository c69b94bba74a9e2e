import Core
import HTTP
import Kafka

/// A topic of somebody's Kafka.
struct KafkaChannel: Sendable {
    private let configuration: KafkaConfiguration
    private let topic: String

    /// Checks that the operator allows the servers, and reads the credentials.
    init(
        _ target: AsyncAPIDocument.Target, _ policy: JSON?, _ outside: Outside, _ context: FunctionContext
    ) throws(FunctionError) {
        let servers = target.server.address.split(separator: "/")[0]
        for server in servers.split(separator: ",") {
            guard let location = HTTPLocation("http://\(server)"), outside.settings.kafka?.allows(location) == true
            else {
                throw .nothing(
                    .configuration, .switchedOff, "the operator does not allow the Kafka servers \(servers.prefix(200))"
                )
            }
        }
        var extra: [String: String] = ["allow.auto.create.topics": "false"]
        let isSecure = target.server.protocolName == "kafka-secure"
        if let policy = policy.flatMap(\.present) {
            guard let properties = try Authenticator.properties(policy, "basic", context) else {
                throw .nothing(.configuration, .badArguments, "authentication: Kafka takes basic only")
            }
            let (username, password) = try Authenticator.user(properties, "basic")
            extra["sasl.mechanism"] = target.server.mechanism
            extra["sasl.username"] = username
            extra["sasl.password"] = password
            extra["security.protocol"] = isSecure ? "sasl_ssl" : "sasl_plaintext"
        } else if isSecure {
            extra["security.protocol"] = "ssl"
        }
        configuration = KafkaConfiguration(bootstrap: String(servers), clientID: "cadenza-call", extra: extra)
        topic = target.address
    }

    /// The message as it is sent. Its header `idempotency-key` lets consumers know a repetition.
    func message(_ message: JSON, _ context: FunctionContext) throws(FunctionError) -> KafkaMessage {
        var headers: [KafkaHeader] = []
        for field in try OutsideRequest.named(message["headers"], "message/headers") {
            headers.append(KafkaHeader(field.name, field.value))
        }
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(KafkaHeader("content-type", "application/json"))
        }
        if let key = context.idempotencyKey { headers.append(KafkaHeader("idempotency-key", key)) }
        let payload = message["payload"] ?? .null
        return KafkaMessage(topic: topic, key: nil, value: payload.bytes(), headers: headers)
    }

    /// Sends it and waits for the acknowledgement.
    func publish(_ message: KafkaMessage, _ outside: Outside, _ context: FunctionContext)
        async throws(FunctionError)
    {
        var configuration = configuration
        configuration.messageTimeout = try outside.left(context)
        let producer = KafkaProducer(configuration)
        do throws(KafkaError) {
            try await producer.send([message])
            await producer.close()
        } catch {
            await producer.close(within: .zero)
            if error.code == .cancelled { throw .cancelled }
            let isKnown = !error.refused.isEmpty || [.denied, .configuration, .unknownTopic].contains(error.code)
            throw Self.failure(error, isKnown ? .answered : .unknown)
        }
    }

    /// Takes messages from the moment on at which the call was asked for.
    func take(_ subscription: Subscription, _ outside: Outside, _ context: FunctionContext)
        async throws(FunctionError) -> JSON
    {
        if try subscription.isOverBefore() { return [] }
        let start = context.requestedAt ?? outside.clock.now()
        let end = try subscription.end(from: start, context, outside.settings)
        // One member, and a group of its own: nobody else's progress is touched.
        let consumer = KafkaConsumer(
            configuration, KafkaConsumerConfiguration(group: "cadenza-call-\(context.callID)", topics: [topic]))
        var reader = KafkaReader(
            consumer: consumer, admin: KafkaAdmin(configuration), start: start, subscription: subscription)
        do {
            let isDone = try await reader.read(until: end, outside.clock)
            await consumer.close()
            if !isDone, subscription.duration == nil { throw subscription.late(outside.settings) }
            return .array(reader.subscription.messages)
        } catch {
            await consumer.close()
            switch error {
            case let error as FunctionError: throw error
            case let error as KafkaError: throw Self.failure(error, .nothing)
            default: throw .cancelled
            }
        }
    }

    private static func failure(_ error: KafkaError, _ reach: FunctionError.Reach) -> FunctionError {
        .fault(Fault(.communication, .messagingFailed, "\(error)", status: 502), reach)
    }
}
