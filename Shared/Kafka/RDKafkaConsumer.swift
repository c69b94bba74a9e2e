import CKafka
import Core
import Synchronization
import Telemetry

/// One librdkafka consumer.
///
/// Unchecked because only the owning `KafkaConsumer` uses it, on that consumer's own thread, callbacks included:
/// librdkafka makes them within `poll` and `close`.
final class RDKafkaConsumer: @unchecked Sendable {
    final class Context: RDKafkaContext, @unchecked Sendable {
        // Unchecked because it is touched on the consumer's thread only.
        var events: [KafkaAssignment] = []
        var isClosing = false
    }

    private let client: OpaquePointer
    private let queue: OpaquePointer
    private let context: Context
    private let retained: Unmanaged<Context>
    private let isCooperative: Bool
    private let isStatic: Bool
    private let gathering: Duration

    init(_ configuration: KafkaConfiguration, _ consumer: KafkaConsumerConfiguration) throws(KafkaError) {
        isCooperative = consumer.assignor.hasPrefix("cooperative")
        isStatic = consumer.instance != nil
        gathering = consumer.gathering
        let session = Int(consumer.sessionTimeout.milliseconds)
        let settings = try RDKafkaSettings(
            configuration,
            [
                ("group.id", consumer.group), ("partition.assignment.strategy", consumer.assignor),
                ("session.timeout.ms", String(session)), ("heartbeat.interval.ms", String(max(100, session / 4))),
                ("max.poll.interval.ms", String(max(session, Int(consumer.maximumPollInterval.milliseconds)))),
                ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
                ("auto.offset.reset", "error"), ("enable.partition.eof", "false"),
                ("fetch.error.backoff.ms", "100"), ("queued.max.messages.kbytes", "16384"),
                ("fetch.message.max.bytes", "1048576"),
            ] + (consumer.instance.map { [("group.instance.id", $0)] } ?? []))
        context = Context(logger: configuration.logger)
        retained = Unmanaged.passRetained(context)
        settings.setContext(retained)
        rd_kafka_conf_set_rebalance_cb(settings.pointer) { client, error, list, opaque in
            guard let client, let list, let opaque else { return }
            let context = Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
            RDKafkaConsumer.rebalance(client, error, list, context)
        }
        do { client = try settings.makeClient(RD_KAFKA_CONSUMER) } catch {
            retained.release()
            throw error
        }
        rd_kafka_poll_set_consumer(client)
        queue = rd_kafka_queue_get_consumer(client)
        try subscribe(consumer.topics)
    }

    private func subscribe(_ topics: [String]) throws(KafkaError) {
        try Self.check(
            PartitionList.with(topics.map { (TopicPartition($0, -1), nil) }) { rd_kafka_subscribe(client, $0) })
    }

    /// Only notes what the group wants: the answer is the caller's, outside of the callback.
    private static func rebalance(
        _ client: OpaquePointer, _ error: rd_kafka_resp_err_t,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>, _ context: Context
    ) {
        if context.isClosing {
            // Answered here, as nobody polls any more.
            let isEager = String(cString: rd_kafka_rebalance_protocol(client)) == "EAGER"
            if isEager {
                rd_kafka_assign(client, nil)
            } else if error == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
                rd_kafka_error_destroy(rd_kafka_incremental_unassign(client, list))
            }
            return
        }
        let partitions = PartitionList.read(list).map(\.partition).sorted()
        switch error {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: context.events.append(.assigned(partitions))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            context.events.append(
                rd_kafka_assignment_lost(client) == 0 ? .revoked(partitions) : .lost(partitions))
        default:
            context.logger.debug("rebalance: \(KafkaError(error).description)")
            _ = rd_kafka_assign(client, nil)
        }
        // The poll under way returns now, so that the answer is not late.
        rd_kafka_yield(client)
    }

    /// What came since the last call.
    func takeEvents() -> [KafkaAssignment] {
        defer { context.events = [] }
        return context.events
    }

    var hasEvents: Bool { !context.events.isEmpty }

    /// Waits for the first record, at most `wait`, and takes what else is there, or comes while it gathers.
    func poll(_ maximum: Int, _ wait: Duration, _ deliver: (KafkaRecord) -> Void) throws(KafkaError) {
        guard let first = rd_kafka_consumer_poll(client, Int32(wait.milliseconds)) else { return }
        defer { rd_kafka_message_destroy(first) }
        try take(first, deliver)
        guard maximum > 1, context.events.isEmpty else { return }
        var more = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: maximum - 1)
        let count = rd_kafka_consume_batch_queue(queue, Int32(gathering.milliseconds), &more, more.count)
        guard count > 0 else { return }
        defer { for message in more.prefix(count) { rd_kafka_message_destroy(message) } }
        for message in more.prefix(count) { if let message { try take(message, deliver) } }
    }

    private func take(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>, _ deliver: (KafkaRecord) -> Void
    ) throws(KafkaError) {
        let error = message.pointee.err
        switch error {
        case RD_KAFKA_RESP_ERR_NO_ERROR: deliver(Self.record(message))
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            guard let topic = message.pointee.rkt else { return }
            let partition = TopicPartition(String(cString: rd_kafka_topic_name(topic)), message.pointee.partition)
            context.events.append(.outOfRange(partition))
        case RD_KAFKA_RESP_ERR__FATAL:
            let cause = rd_kafka_fatal_error(client, nil, 0)
            throw KafkaError(cause == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? cause : error)
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: break
        default:
            // Passing trouble, which librdkafka itself goes on mending: a topic not there yet, a broker away.
            context.logger.debug("consumer: \(KafkaError(error).description)")
            let kind = KafkaError.Code(error)
            if kind == .denied || kind == .invalid { throw KafkaError(error) }
        }
    }

    private static func record(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>) -> KafkaRecord {
        let message = pointer.pointee
        var headers: [KafkaHeader] = []
        var list: OpaquePointer?
        if rd_kafka_message_headers(pointer, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list {
            var (index, name, value, size) = (0, UnsafePointer<CChar>?.none, UnsafeRawPointer?.none, 0)
            while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR,
                let known = name
            {
                headers.append(KafkaHeader(String(cString: known), bytes(value, size) ?? []))
                index += 1
            }
        }
        let time = rd_kafka_message_timestamp(pointer, nil)
        return KafkaRecord(
            topic: String(cString: rd_kafka_topic_name(message.rkt)), partition: message.partition,
            offset: message.offset, key: bytes(message.key, message.key_len),
            value: bytes(message.payload, message.len),
            headers: headers, timestamp: Instant(milliseconds: max(0, time)))
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    /// Answers an assignment.
    func assign(_ offsets: [(TopicPartition, Int64?)]) throws(KafkaError) {
        let list = offsets.map { ($0.0, $0.1 ?? Int64(RD_KAFKA_OFFSET_BEGINNING)) }
        if isCooperative {
            try Self.check(PartitionList.with(list) { rd_kafka_incremental_assign(client, $0) })
        } else {
            try Self.check(PartitionList.with(list) { rd_kafka_assign(client, $0) })
            awaitStop()
        }
    }

    /// Answers a revocation. An eager group always revokes all.
    func release(_ partitions: [TopicPartition]) throws(KafkaError) {
        if isCooperative {
            try Self.check(
                PartitionList.with(partitions.map { ($0, nil) }) { rd_kafka_incremental_unassign(client, $0) })
        } else {
            try Self.check(rd_kafka_assign(client, nil))
        }
        awaitStop()
    }

    /// Returns when the fetchers of what was given up have stopped. A partition that is taken again and given up once
    /// more before that makes librdkafka abort the process ("Assertion `rktp->rktp_started' failed"). Its main thread
    /// works in order: the first question is answered after the stop was asked for, the second after it was told.
    private func awaitStop() {
        for _ in 0..<2 {
            var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
            guard rd_kafka_assignment(client, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            rd_kafka_topic_partition_list_destroy(list)
        }
    }

    private static func check(_ error: OpaquePointer?) throws(KafkaError) {
        guard let error else { return }
        defer { rd_kafka_error_destroy(error) }
        throw KafkaError(rd_kafka_error_code(error))
    }

    private static func check(_ error: rd_kafka_resp_err_t) throws(KafkaError) {
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(error)
    }

    func pause(_ partitions: [TopicPartition]) {
        _ = PartitionList.with(partitions.map { ($0, nil) }) { rd_kafka_pause_partitions(client, $0) }
    }

    func resume(_ partitions: [TopicPartition]) {
        _ = PartitionList.with(partitions.map { ($0, nil) }) { rd_kafka_resume_partitions(client, $0) }
    }

    /// Tells the group, without waiting, how far this consumer is.
    func commit(_ offsets: [(TopicPartition, Int64?)]) {
        _ = PartitionList.with(offsets) { rd_kafka_commit(client, $0, 1) }
    }

    /// The end of a partition as the last fetch told it; nil while unknown.
    func end(_ partition: TopicPartition) -> Int64? {
        var (low, high) = (Int64(-1), Int64(-1))
        let error = rd_kafka_get_watermark_offsets(client, partition.topic, partition.partition, &low, &high)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// Leaves the group and frees the client. Nothing may be called after.
    func close() {
        context.isClosing = true
        if isStatic { leave() }
        rd_kafka_queue_destroy(queue)
        rd_kafka_consumer_close(client)
        rd_kafka_destroy(client)
        retained.release()
    }

    /// Closing keeps a named member's partitions for whoever comes back under its name; giving up the topics does not.
    private func leave() {
        rd_kafka_unsubscribe(client)
        let end = ContinuousClock.now + .seconds(2)
        while isMember, ContinuousClock.now < end {
            if let message = rd_kafka_consumer_poll(client, 10) { rd_kafka_message_destroy(message) }
        }
    }

    private var isMember: Bool {
        guard let id = rd_kafka_memberid(client) else { return false }
        defer { rd_kafka_mem_free(client, id) }
        return id.pointee != 0
    }
}
