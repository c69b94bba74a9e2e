extension TopicStore {
    /// Puts back what the journal has and the logs lack, and makes all of the logs durable, so that the journal may begin
    /// anew. Returns what neither has.
    func replay(_ journal: JournalReader) throws(StoreError) -> [PartitionLog.Gap] {
        var byID: [TopicID: Topic] = [:]
        for topic in topics.values { byID[topic.id] = topic }
        var gaps: [PartitionLog.Gap] = []
        try journal.visit { (record, batches) throws(StoreError) in
            // A topic that is gone was deleted; one of the same name is another.
            guard let topic = byID[record.topic], topic.partitions.indices.contains(Int(record.partition)) else {
                return
            }
            if let gap = try topic.partitions[Int(record.partition)].replay(batches) { gaps.append(gap) }
        }
        for partition in partitions.values { try partition.makeDurable() }
        return gaps
    }
}
