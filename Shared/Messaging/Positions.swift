import Kafka

/// Where this process stands in its partitions. Pure.
struct Positions {
    /// Where the inbox stands, for each partition that is assigned.
    private(set) var next: [TopicPartition: Int64] = [:]
    /// Records before this offset have been taken already.
    private var floor: [TopicPartition: Int64] = [:]
    /// Where we moved since the group was last told.
    private var unreported: Set<TopicPartition> = []

    /// The partition is ours now, and its inbox stands at `offset`.
    mutating func open(_ partition: TopicPartition, at offset: Int64) {
        (next[partition], floor[partition]) = (offset, offset)
    }

    /// The partition is no longer ours.
    mutating func close(_ partition: TopicPartition) {
        (next[partition], floor[partition]) = (nil, nil)
        unreported.remove(partition)
    }

    /// The topic begins anew: offsets below the inbox's are new records.
    mutating func rewind(_ partition: TopicPartition) { if next[partition] != nil { floor[partition] = 0 } }

    /// The records of a poll that are ahead of us, with the step that they make in each partition. Records behind us,
    /// or of partitions that are no longer ours, are left out.
    func batch(_ records: [KafkaRecord]) -> PartitionBatch {
        var kept: [KafkaRecord] = []
        var claims: [TopicPartition: InboxTable.Claim] = [:]
        var order: [TopicPartition] = []
        for record in records {
            let partition = TopicPartition(record.topic, record.partition)
            guard let before = next[partition], let floor = floor[partition],
                record.offset >= claims[partition]?.after ?? floor
            else { continue }
            kept.append(record)
            if claims[partition] == nil { order.append(partition) }
            claims[partition] = InboxTable.Claim(partition: partition, before: before, after: record.offset + 1)
        }
        return PartitionBatch(records: kept, claims: order.compactMap { claims[$0] })
    }

    /// The batch has taken effect.
    mutating func advance(_ batch: PartitionBatch) {
        for claim in batch.claims where next[claim.partition] != nil {
            open(claim.partition, at: claim.after)
            unreported.insert(claim.partition)
        }
    }

    /// Where we stand in the partitions in which we moved since the last call.
    mutating func takeUnreported() -> [TopicPartition: Int64] {
        defer { unreported = [] }
        return next.filter { unreported.contains($0.key) }
    }
}

/// The records of one poll and the step that they make in each partition.
struct PartitionBatch: Sendable {
    var records: [KafkaRecord]
    var claims: [InboxTable.Claim]
}
