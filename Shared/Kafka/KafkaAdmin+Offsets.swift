import CKafka
public import Core

extension KafkaAdmin {
    /// For each partition the offset of the first record that is not older than `instant`, or where the next record
    /// will stand when there is none.
    public func offsets(of partitions: [TopicPartition], since instant: Instant)
        throws(KafkaError) -> [TopicPartition: Int64]
    {
        var found: [TopicPartition: Int64] = [:]
        try withClient(RD_KAFKA_CONSUMER, [("group.id", "cadenza-offsets")]) { client, _ throws(KafkaError) in
            // The ends first: what comes between the two questions is then not missed.
            for partition in partitions {
                var (low, high) = (Int64(0), Int64(0))
                let error = rd_kafka_query_watermark_offsets(
                    client, partition.topic, partition.partition, &low, &high, timeout)
                guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
                found[partition] = high
            }
            let times = partitions.map { ($0, Optional(instant.milliseconds)) }
            let (error, offsets) = PartitionList.with(times) { list in
                (rd_kafka_offsets_for_times(client, list, timeout), PartitionList.read(list))
            }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
            for (partition, offset) in offsets where offset >= 0 {
                found[partition] = min(offset, found[partition] ?? offset)
            }
        }
        return found
    }
}
