import CKafka

/// Lists of partitions as librdkafka takes and gives them.
enum PartitionList {
    /// Runs `body` with a list that lives as long as it runs.
    static func with<Value>(
        _ partitions: [(TopicPartition, Int64?)],
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Value
    ) -> Value {
        let list = rd_kafka_topic_partition_list_new(Int32(partitions.count))!
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (partition, offset) in partitions {
            let entry = rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition)
            if let offset { entry?.pointee.offset = offset }
        }
        return body(list)
    }

    /// What a list of librdkafka's holds.
    static func read(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> [(partition: TopicPartition, offset: Int64)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let entry = list.pointee.elems[index]
            return (TopicPartition(String(cString: entry.topic), entry.partition), entry.offset)
        }
    }
}
