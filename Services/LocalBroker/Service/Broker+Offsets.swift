import LocalBrokerDomain

extension Broker {
    /// The longest text that may go with a commit.
    private static let maxMetadata = 4096

    func commitOffsets(_ call: BrokerCall, _ request: OffsetCommitRequest) {
        var fault = BrokerFault.none
        change(request.group) { group in
            fault = group.mayCommit(
                memberID: request.memberID, instanceID: request.instanceID, generation: request.generation, now: now)
            return []
        }
        var accepted: [(place: OffsetStore.Place, offset: CommittedOffset)] = []
        var results: [(name: String, partitions: [(index: Int32, fault: BrokerFault)])] = []
        for topic in request.topics {
            var answers: [(index: Int32, fault: BrokerFault)] = []
            for partition in topic.partitions {
                var outcome = fault
                if fault == .none, topics.partition(topic.name, partition.index) == nil {
                    outcome = .unknownTopicOrPartition
                }
                answers.append((partition.index, outcome))
                guard outcome == .none else { continue }
                accepted.append(
                    (
                        OffsetStore.Place(topic: topic.name, partition: partition.index),
                        CommittedOffset(
                            offset: partition.offset, leaderEpoch: partition.leaderEpoch,
                            metadata: String(partition.metadata.prefix(Self.maxMetadata)), time: wallNow)
                    ))
            }
            results.append((topic.name, answers))
        }
        var isStored = true
        if !accepted.isEmpty {
            do throws(StoreError) {
                try offsets.commit(request.group, accepted)
                noteOffsetsWritten()
            } catch {
                complain(error)
                isStored = false
            }
        }
        whenOffsetsAreDurable(if: !accepted.isEmpty && isStored) { [self] isFailed in
            var answers = results
            if isFailed || !isStored {
                for topic in answers.indices {
                    for place in answers[topic].partitions.indices
                    where answers[topic].partitions[place].fault == .none {
                        answers[topic].partitions[place].fault = .kafkaStorageError
                    }
                }
            }
            answer(call) { OffsetCommitRequest.write(answers, &$0, call.version) }
        }
    }

    /// Has the offsets' file synced with this turn's work.
    func noteOffsetsWritten() {
        work.files.append(offsets.file)
        workTickets[.offsets] = offsets.ticket
    }

    /// Answers once the offsets are on the disk; at once if nothing of them is under way.
    func whenOffsetsAreDurable(if isNeeded: Bool = true, _ finish: @escaping (_ isFailed: Bool) -> Void) {
        let pending = PendingWrite { failed in finish(!failed.isEmpty) }
        if isNeeded, workTickets[.offsets] != nil || writes[.offsets] != nil {
            wait(pending, .offsets, until: offsets.ticket.end)
        }
        pending.finishIfIdle()
    }

    func fetchOffsets(_ call: BrokerCall, _ request: OffsetFetchRequest) {
        let known = offsets.groups[request.group] ?? [:]
        let wanted: [(name: String, partitions: [Int32])]
        if let topics = request.topics {
            wanted = topics
        } else {
            let names = Set(known.keys.map(\.topic)).sorted()
            wanted = names.map { name in
                (name, known.keys.filter { $0.topic == name }.map(\.partition).sorted())
            }
        }
        let results = wanted.map { topic in
            (
                name: topic.name,
                partitions: topic.partitions.map { index in
                    (index: index, offset: known[OffsetStore.Place(topic: topic.name, partition: index)])
                }
            )
        }
        answer(call) { OffsetFetchRequest.write(results, &$0, call.version) }
    }

    func listOffsets(_ call: BrokerCall, _ request: ListOffsetsRequest) {
        let results = request.topics.map { topic in
            (name: topic.name, partitions: topic.partitions.map { find(topic.name, $0.index, $0.time) })
        }
        answer(call) { ListOffsetsRequest.write(results, &$0, call.version) }
    }

    private func find(_ topic: String, _ index: Int32, _ time: Int64) -> ListOffsetsRequest.Answer {
        guard let log = topics.partition(topic, index) else {
            return ListOffsetsRequest.Answer(index: index, fault: .unknownTopicOrPartition)
        }
        var answer = ListOffsetsRequest.Answer(index: index, fault: .none)
        do throws(StoreError) {
            switch time {
            case -1: answer.offset = log.durableEnd
            case -2: answer.offset = log.startOffset
            default:
                guard let found = time == -3 ? try log.findNewest() : try log.find(time: time) else { break }
                (answer.offset, answer.timestamp) = (found.offset, found.timestamp)
            }
        } catch {
            complain(error)
            answer.fault = .kafkaStorageError
        }
        return answer
    }

    func offsetForLeaderEpoch(_ call: BrokerCall, _ reader: inout WireReader) {
        if call.version >= 3 { _ = reader.int32() }
        let wanted = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let index = reader.int32()
                if call.version >= 2 { _ = reader.int32() }
                let epoch = reader.int32()
                reader.tags()
                return (index: index, epoch: epoch)
            }
            reader.tags()
            return (name: name, partitions: partitions)
        }
        answer(call) { writer in
            if call.version >= 2 { writer.int32(0) }
            writer.array(wanted) { writer, topic in
                writer.string(topic.name)
                writer.array(topic.partitions) { writer, partition in
                    let log = topics.partition(topic.name, partition.index)
                    writer.fault(log == nil ? .unknownTopicOrPartition : .none)
                    writer.int32(partition.index)
                    if call.version >= 1 { writer.int32(log == nil ? -1 : 0) }
                    writer.int64(log?.durableEnd ?? -1)
                    writer.tags()
                }
                writer.tags()
            }
            writer.tags()
        }
    }
}
