import CKafka
import Synchronization
import Telemetry

/// One librdkafka producer. Reports come on librdkafka's background thread.
///
/// Unchecked because librdkafka's client is safe to use from several threads; `close` is called once, by the owner.
final class RDKafkaProducer: @unchecked Sendable {
    final class Context: RDKafkaContext, @unchecked Sendable {
        let isBroken = Atomic(false)
    }

    private let client: OpaquePointer
    private let background: OpaquePointer
    private let main: OpaquePointer
    private let context: Context
    private let retained: Unmanaged<Context>
    /// Held so that librdkafka keeps what it knows of these topics.
    private let prepared = Mutex<[Topic]>([])

    private struct Topic: @unchecked Sendable {
        /// Unchecked because librdkafka's handles may be used from any thread; destroyed once, by `close`.
        let handle: OpaquePointer
    }

    init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        let settings = try RDKafkaSettings(
            configuration,
            [
                ("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random"),
                ("linger.ms", String(Double(configuration.linger.milliseconds))),
                ("message.timeout.ms", String(Int(configuration.messageTimeout.milliseconds))),
                ("message.max.bytes", "16000000"), ("queue.buffering.max.messages", "100000"),
                ("queue.buffering.max.kbytes", "262144"), ("compression.type", "none"),
            ])
        context = Context(logger: configuration.logger)
        retained = Unmanaged.passRetained(context)
        settings.setContext(retained)
        rd_kafka_conf_set_events(settings.pointer, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        rd_kafka_conf_set_background_event_cb(settings.pointer) { client, event, opaque in
            guard let event, let opaque else { return }
            let context = Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
            RDKafkaProducer.handle(event, client, context)
            rd_kafka_event_destroy(event)
        }
        do { client = try settings.makeClient(RD_KAFKA_PRODUCER) } catch {
            retained.release()
            throw error
        }
        main = rd_kafka_queue_get_main(client)
        background = rd_kafka_queue_get_background(client)
        rd_kafka_queue_forward(main, background)
    }

    private static func handle(_ event: OpaquePointer, _ client: OpaquePointer?, _ context: Context) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            while let message = rd_kafka_event_message_next(event) {
                if let opaque = message.pointee._private { KafkaDelivery.settle(opaque, message.pointee.err) }
            }
        case RD_KAFKA_EVENT_ERROR:
            let error = rd_kafka_event_error(event)
            if error == RD_KAFKA_RESP_ERR__FATAL {
                context.isBroken.store(true, ordering: .releasing)
                // Everything still queued fails now, so that nobody waits for a client that can do no more.
                if let client { rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT) }
            }
            context.logger.debug("producer: \(KafkaError(error).description)")
        default: break
        }
    }

    /// Whether librdkafka said that this client can do no more.
    var isBroken: Bool {
        context.isBroken.load(ordering: .acquiring)
            || rd_kafka_fatal_error(client, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// How many messages wait for their acknowledgement.
    var outstanding: Int { Int(rd_kafka_outq_len(client)) }

    /// Puts a message in the queue. Unless it returns no error, the opaque stays the caller's.
    func enqueue(_ message: KafkaMessage, _ opaque: UnsafeMutableRawPointer) -> rd_kafka_resp_err_t {
        let headers = rd_kafka_headers_new(message.headers.count)
        for header in message.headers {
            header.value.withUnsafeBytes { bytes in
                _ = rd_kafka_header_add(headers, header.name, -1, bytes.baseAddress ?? Self.nothing, bytes.count)
            }
        }
        let error = Self.withBytes(message.key) { key, keySize in
            Self.withBytes(message.value) { value, valueSize in
                kx_produce(client, message.topic, key, keySize, value, valueSize, headers, opaque)
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(headers) }
        return error
    }

    /// Asks for the partitions of topics, and waits for the answer at most `limit`. Blocks.
    func prepare(_ topics: [String], within limit: Duration) -> rd_kafka_resp_err_t {
        let made = topics.compactMap { rd_kafka_topic_new(client, $0, nil).map(Topic.init) }
        prepared.withLock { $0 += made }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client, 0, nil, &metadata, Int32(limit.milliseconds))
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        return error
    }

    /// An empty value is not a missing one: it needs an address, from which nothing is read.
    private static var nothing: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 1)! }

    private static func withBytes<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawPointer?, Int) -> Result
    ) -> Result {
        guard let bytes else { return body(nil, 0) }
        return bytes.withUnsafeBytes { body($0.baseAddress ?? nothing, $0.count) }
    }

    /// Waits for the acknowledgements, at most `limit`, then gives the rest up. Blocks. Nothing may be called after.
    func close(within limit: Duration) {
        if !isBroken { rd_kafka_flush(client, Int32(limit.milliseconds)) }
        rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_flush(client, 1000)
        for topic in prepared.withLock({ $0 }) { rd_kafka_topic_destroy(topic.handle) }
        rd_kafka_queue_forward(main, nil)
        rd_kafka_queue_destroy(main)
        rd_kafka_queue_destroy(background)
        rd_kafka_destroy(client)
        retained.release()
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
}
