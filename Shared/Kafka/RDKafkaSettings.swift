import CKafka
import Core
import Telemetry

/// Builds librdkafka's configuration object. Ownership passes to the client that is made of it.
struct RDKafkaSettings {
    let pointer: OpaquePointer

    init(_ configuration: KafkaConfiguration, _ settings: [(String, String)]) throws(KafkaError) {
        pointer = rd_kafka_conf_new()
        let common: [(String, String)] = [
            ("bootstrap.servers", configuration.bootstrap), ("client.id", configuration.clientID),
            ("log_level", "4"), ("socket.keepalive.enable", "true"), ("socket.nagle.disable", "true"),
            ("reconnect.backoff.ms", "50"), ("reconnect.backoff.max.ms", "2000"),
            ("topic.metadata.refresh.fast.interval.ms", "100"), ("topic.metadata.refresh.interval.ms", "30000"),
            ("allow.auto.create.topics", "false"),
        ]
        let extra = configuration.extra.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        do {
            for (name, value) in common + settings + extra { try set(name, value) }
        } catch {
            rd_kafka_conf_destroy(pointer)
            throw error
        }
    }

    private func set(_ name: String, _ value: String) throws(KafkaError) {
        var reason = [CChar](repeating: 0, count: 512)
        guard rd_kafka_conf_set(pointer, name, value, &reason, reason.count) == RD_KAFKA_CONF_OK else {
            throw KafkaError(.configuration, "\(name): \(RDKafkaSettings.text(reason))")
        }
    }

    /// Sets the opaque that callbacks get and sends librdkafka's log to `context`'s logger.
    func setContext(_ context: Unmanaged<some RDKafkaContext>) {
        rd_kafka_conf_set_opaque(pointer, context.toOpaque())
        rd_kafka_conf_set_log_cb(pointer) { client, _, facility, text in
            guard let client, let opaque = rd_kafka_opaque(client), let text, let facility else { return }
            let context = Unmanaged<RDKafkaContext>.fromOpaque(opaque).takeUnretainedValue()
            context.logger.debug("librdkafka \(String(cString: facility)): \(String(cString: text))")
        }
    }

    /// Makes the client. The context must live until the client is destroyed.
    func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(type, pointer, &reason, reason.count) else {
            rd_kafka_conf_destroy(pointer)
            throw KafkaError(.configuration, RDKafkaSettings.text(reason))
        }
        return client
    }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What callbacks of a client reach through librdkafka's opaque.
class RDKafkaContext: @unchecked Sendable {
    // Unchecked because subclasses guard their own state and this part never changes.
    let logger: Logger
    init(logger: Logger) { self.logger = logger }
}
