import CKafka
import Lifecycle

/// Makes, shows and deletes topics, and tells how far groups are, on a thread of its own. Each call has its own client.
public actor KafkaAdmin {
    private nonisolated let thread: ThreadExecutor
    private let configuration: KafkaConfiguration
    let timeout: Int32

    /// The admin's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// An admin client whose calls take at most `timeout` each.
    public init(_ configuration: KafkaConfiguration, timeout: Duration = .seconds(10)) {
        self.configuration = configuration
        self.timeout = Int32(timeout.milliseconds)
        thread = ThreadExecutor(name: "kafka-admin")
    }

    deinit { thread.stop() }

    /// Makes the topics that do not exist; those that do are left as they are.
    public func createTopics(_ topics: [TopicSpecification]) throws(KafkaError) {
        guard !topics.isEmpty else { return }
        try withClient(RD_KAFKA_PRODUCER) { client, queue throws(KafkaError) in
            var new: [OpaquePointer?] = []
            defer { for topic in new { rd_kafka_NewTopic_destroy(topic) } }
            for topic in topics {
                var reason = [CChar](repeating: 0, count: 256)
                let pointer = rd_kafka_NewTopic_new(
                    topic.name, Int32(topic.partitions), Int32(topic.replication), &reason, reason.count)
                guard let pointer else { throw KafkaError(.configuration, RDKafkaSettings.text(reason)) }
                new.append(pointer)
                for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
                    _ = rd_kafka_NewTopic_set_config(pointer, name, value)
                }
            }
            let options = options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS)
            defer { rd_kafka_AdminOptions_destroy(options) }
            rd_kafka_CreateTopics(client, &new, new.count, options, queue)
            let event = try result(of: queue)
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            try check(results, count, tolerating: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        }
    }

    /// Deletes the topics; those that do not exist are passed over.
    public func deleteTopics(_ names: [String]) throws(KafkaError) {
        guard !names.isEmpty else { return }
        try withClient(RD_KAFKA_PRODUCER) { client, queue throws(KafkaError) in
            var doomed = names.map { rd_kafka_DeleteTopic_new($0) }
            defer { for topic in doomed { rd_kafka_DeleteTopic_destroy(topic) } }
            let options = options(client, RD_KAFKA_ADMIN_OP_DELETETOPICS)
            defer { rd_kafka_AdminOptions_destroy(options) }
            rd_kafka_DeleteTopics(client, &doomed, doomed.count, options, queue)
            let event = try result(of: queue)
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            try check(results, count, tolerating: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        }
    }

    /// The topics that there are, with their partition counts. Also serves to ask whether a broker answers.
    public func describe() throws(KafkaError) -> [String: Int] {
        var topics: [String: Int] = [:]
        try withClient(RD_KAFKA_PRODUCER) { client, _ throws(KafkaError) in
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let error = rd_kafka_metadata(client, 1, nil, &metadata, timeout)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(error) }
            defer { rd_kafka_metadata_destroy(metadata) }
            for index in 0..<Int(metadata.pointee.topic_cnt) {
                let topic = metadata.pointee.topics[index]
                if topic.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    topics[String(cString: topic.topic)] = Int(topic.partition_cnt)
                }
            }
        }
        return topics
    }

    /// How far `group` is behind the end of each of these partitions. Where it has committed nothing, the whole
    /// partition counts, from the first record that still is there.
    public func lag(group: String, _ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        var lag: [TopicPartition: Int64] = [:]
        // A consumer's handle of its own, that never joins: watermark queries must not disturb a live one.
        try withClient(RD_KAFKA_CONSUMER, [("group.id", group)]) { client, _ throws(KafkaError) in
            let (error, offsets) = PartitionList.with(partitions.map { ($0, nil) }) { list in
                (rd_kafka_committed(client, list, timeout), PartitionList.read(list))
            }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
            for (partition, committed) in offsets {
                var (low, high) = (Int64(0), Int64(0))
                let error = rd_kafka_query_watermark_offsets(
                    client, partition.topic, partition.partition, &low, &high, timeout)
                guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
                lag[partition] = max(0, high - max(low, committed))
            }
        }
        return lag
    }

    func withClient(
        _ type: rd_kafka_type_t, _ settings: [(String, String)] = [],
        _ body: (OpaquePointer, OpaquePointer) throws(KafkaError) -> Void
    ) throws(KafkaError) {
        let context = Unmanaged.passRetained(RDKafkaContext(logger: configuration.logger))
        defer { context.release() }
        let conf = try RDKafkaSettings(configuration, settings)
        conf.setContext(context)
        let client = try conf.makeClient(type)
        defer { rd_kafka_destroy(client) }
        guard let queue = rd_kafka_queue_new(client) else { throw KafkaError(.other, "no queue") }
        defer { rd_kafka_queue_destroy(queue) }
        try body(client, queue)
    }

    private func options(_ client: OpaquePointer, _ operation: rd_kafka_admin_op_t) -> OpaquePointer? {
        let options = rd_kafka_AdminOptions_new(client, operation)
        var reason = [CChar](repeating: 0, count: 256)
        _ = rd_kafka_AdminOptions_set_request_timeout(options, timeout, &reason, reason.count)
        _ = rd_kafka_AdminOptions_set_operation_timeout(options, timeout, &reason, reason.count)
        return options
    }

    private func result(of queue: OpaquePointer) throws(KafkaError) -> OpaquePointer {
        guard let event = rd_kafka_queue_poll(queue, timeout + 1000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            defer { rd_kafka_event_destroy(event) }
            throw KafkaError(error)
        }
        return event
    }

    private func check(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, tolerating tolerated: rd_kafka_resp_err_t
    ) throws(KafkaError) {
        for index in 0..<count {
            let error = rd_kafka_topic_result_error(results?[index])
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR || error == tolerated else { throw KafkaError(error) }
        }
    }
}
