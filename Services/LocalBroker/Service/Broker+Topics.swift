import LocalBrokerDomain

extension Broker {
    /// As many partitions as a topic may have here.
    private static let maxPartitions = 1024

    func createTopics(_ call: BrokerCall, _ request: CreateTopicsRequest) {
        let answers = request.topics.map { create($0, validatesOnly: request.validatesOnly) }
        answer(call) { CreateTopicsRequest.write(answers, &$0, call.version) }
    }

    private func create(_ wanted: CreateTopicsRequest.Topic, validatesOnly: Bool) -> CreateTopicsRequest.Answer {
        func refuse(_ fault: BrokerFault, _ message: String) -> CreateTopicsRequest.Answer {
            CreateTopicsRequest.Answer(name: wanted.name, fault: fault, message: message)
        }
        guard TopicName.isValid(wanted.name) else { return refuse(.invalidTopic, "The name is not a topic's") }
        guard topics[wanted.name] == nil else {
            return refuse(.topicAlreadyExists, "Topic '\(wanted.name)' already exists.")
        }
        var count = Int(wanted.partitions)
        if !wanted.assigned.isEmpty { count = wanted.assigned.count }
        if count == -1 { count = configuration.partitions }
        guard (1...Self.maxPartitions).contains(count) else {
            return refuse(.invalidPartitions, "A topic has 1 to \(Self.maxPartitions) partitions")
        }
        guard wanted.replication == 1 || wanted.replication == -1 else {
            return refuse(.invalidReplicationFactor, "There is one broker, so the replication factor is 1")
        }
        var settings = TopicSettings()
        for setting in wanted.settings {
            if let reason = settings.set(setting.name, to: setting.value) { return refuse(.invalidConfig, reason) }
        }
        var answer = CreateTopicsRequest.Answer(name: wanted.name, fault: .none)
        answer.partitions = Int32(count)
        answer.settings = settings.described
        guard !validatesOnly else { return answer }
        do throws(StoreError) {
            answer.id = try topics.create(wanted.name, partitions: count, settings: settings).id
            return answer
        } catch {
            complain(error)
            return refuse(.kafkaStorageError, error.description)
        }
    }

    func deleteTopics(_ call: BrokerCall, _ reader: inout WireReader) {
        let names = reader.array { $0.string() }
        _ = reader.int32()
        guard !reader.isBroken else { return }
        let results = names.map { (name: $0, fault: delete($0)) }
        answer(call) { writer in
            if call.version >= 1 { writer.int32(0) }
            writer.array(results) { writer, result in
                writer.string(result.name)
                writer.fault(result.fault)
                if call.version >= 5 { writer.nullableString(nil) }
                writer.tags()
            }
            writer.tags()
        }
    }

    private func delete(_ name: String) -> BrokerFault {
        guard let topic = topics[name] else { return .unknownTopicOrPartition }
        do throws(StoreError) {
            try topics.delete(topic)
            try offsets.forgetTopic(name)
            noteOffsetsWritten()
            maintenanceIsDue = true
        } catch {
            complain(error)
            return .kafkaStorageError
        }
        for partition in topic.partitions {
            for entry in writes.removeValue(forKey: .partition(partition.id)) ?? [] {
                entry.write.report(.partition(partition.id), failed: true)
            }
            for wait in waits(for: partition.id) where !wait.isOver { finishFetch(wait) }
        }
        return .none
    }

    func createPartitions(_ call: BrokerCall, _ reader: inout WireReader) {
        let wanted = reader.array { reader in
            let name = reader.string()
            let count = reader.int32()
            _ = reader.nullableArray { reader in
                _ = reader.array { $0.int32() }
                reader.tags()
            }
            reader.tags()
            return (name: name, count: Int(count))
        }
        _ = reader.int32()
        let validatesOnly = reader.bool()
        guard !reader.isBroken else { return }
        let results = wanted.map { entry in
            (name: entry.name, outcome: grow(entry.name, to: entry.count, validatesOnly: validatesOnly))
        }
        answer(call) { writer in
            writer.int32(0)
            writer.array(results) { writer, result in
                writer.string(result.name)
                writer.fault(result.outcome.fault)
                writer.nullableString(result.outcome.message)
                writer.tags()
            }
            writer.tags()
        }
    }

    private func grow(
        _ name: String, to count: Int, validatesOnly: Bool
    ) -> (fault: BrokerFault, message: String?) {
        guard let topic = topics[name] else { return (.unknownTopicOrPartition, nil) }
        guard count > topic.partitions.count, count <= Self.maxPartitions else {
            return (.invalidPartitions, "Topic has \(topic.partitions.count) partitions, asked for \(count)")
        }
        guard !validatesOnly else { return (.none, nil) }
        do throws(StoreError) {
            try topics.update(topic, partitions: count, settings: topic.settings)
            return (.none, nil)
        } catch {
            complain(error)
            return (.kafkaStorageError, error.description)
        }
    }

    func deleteRecords(_ call: BrokerCall, _ reader: inout WireReader) {
        let wanted = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let partition = (index: reader.int32(), before: reader.int64())
                reader.tags()
                return partition
            }
            reader.tags()
            return (name: name, partitions: partitions)
        }
        guard !reader.isBroken else { return }
        answer(call) { writer in
            writer.int32(0)
            writer.array(wanted) { writer, topic in
                writer.string(topic.name)
                writer.array(topic.partitions) { writer, partition in
                    let result = deleteRecords(topic.name, partition.index, before: partition.before)
                    writer.int32(partition.index)
                    writer.int64(result.start)
                    writer.fault(result.fault)
                    writer.tags()
                }
                writer.tags()
            }
            writer.tags()
        }
        maintenanceIsDue = true
    }

    private func deleteRecords(
        _ topic: String, _ index: Int32, before offset: Int64
    ) -> (start: Int64, fault: BrokerFault) {
        guard let log = topics.partition(topic, index) else { return (-1, .unknownTopicOrPartition) }
        let end = offset == -1 ? log.durableEnd : offset
        guard end >= 0, end <= log.durableEnd else { return (-1, .offsetOutOfRange) }
        do throws(StoreError) {
            try log.deleteRecords(before: end)
            return (log.startOffset, .none)
        } catch {
            complain(error)
            return (-1, .kafkaStorageError)
        }
    }
}
