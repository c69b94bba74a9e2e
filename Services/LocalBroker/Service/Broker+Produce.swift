import LocalBrokerDomain

extension Broker {
    /// Appends, and answers once the disk has it.
    func produce(_ call: BrokerCall, _ request: ProduceRequest, _ frame: UnsafeMutableRawBufferPointer) {
        var response = ProduceResponse(topics: [])
        var written: [(topic: Int, partition: Int, log: PartitionLog, end: Int64)] = []
        for (place, topic) in request.topics.enumerated() {
            var answers: [ProduceResponse.Partition] = []
            for partition in topic.partitions {
                let refusal = refusal(call, request)
                let log = topics.partition(topic.name, partition.index)
                if let refusal {
                    answers.append(.init(index: partition.index, fault: refusal.fault, message: refusal.message))
                } else if let log {
                    let (answer, end) = append(log, partition, frame)
                    if let end { written.append((place, answers.count, log, end)) }
                    answers.append(answer)
                } else {
                    answers.append(.init(index: partition.index, fault: .unknownTopicOrPartition))
                }
            }
            response.topics.append((topic.name, answers))
        }
        // Nobody waits for an answer without acks, but its place in the order must be passed.
        let isSilent = request.acks == 0
        let pending = PendingWrite { [self] failed in
            if isSilent { return send(call.connection, call.slot, []) }
            var response = response
            for entry in written where failed.contains(.partition(entry.log.id)) {
                let index = response.topics[entry.topic].partitions[entry.partition].index
                response.topics[entry.topic].partitions[entry.partition] = .init(
                    index: index, fault: .kafkaStorageError)
            }
            answer(call) { response.write(&$0, call.version) }
        }
        for entry in written { wait(pending, .partition(entry.log.id), until: entry.end) }
        pending.finishIfIdle()
    }

    private func refusal(_ call: BrokerCall, _ request: ProduceRequest) -> (fault: BrokerFault, message: String)? {
        if call.version < 3 { return (.unsupportedVersion, "Only record batches of version 2 are taken") }
        if request.isTransactional { return (.invalidRequest, "The local broker has no transactions") }
        if ![-1, 0, 1].contains(request.acks) { return (.invalidRequiredAcks, "acks must be -1, 0 or 1") }
        return nil
    }

    /// Appends one batch. The second value is the offset that must be durable before the answer is given.
    private func append(
        _ log: PartitionLog, _ partition: ProduceRequest.Partition, _ frame: UnsafeMutableRawBufferPointer
    ) -> (ProduceResponse.Partition, Int64?) {
        func refuse(_ fault: BrokerFault) -> (ProduceResponse.Partition, Int64?) {
            (ProduceResponse.Partition(index: partition.index, fault: fault), nil)
        }
        guard !log.isBroken else { return refuse(.kafkaStorageError) }
        guard let range = partition.records else { return refuse(.corruptMessage) }
        let bytes = UnsafeMutableRawBufferPointer(rebasing: frame[range])
        let checked = BatchCheck.accept(
            UnsafeRawBufferPointer(bytes), limit: log.maxMessageBytes, checksum: Checksum.crc32c)
        guard case .success(let header) = checked else {
            if case .failure(let fault) = checked { return refuse(fault) }
            return refuse(.corruptMessage)
        }
        var answer = ProduceResponse.Partition(index: partition.index, fault: .none)
        answer.startOffset = log.startOffset
        switch log.ledger.judge(header) {
        case .refuse(let fault): return refuse(fault)
        case .duplicate(let baseOffset, let lastOffset):
            answer.baseOffset = baseOffset
            return (answer, lastOffset + 1 > log.durableEnd ? lastOffset + 1 : nil)
        case .append:
            answer.baseOffset = log.nextOffset
            do throws(StoreError) {
                work.add(try log.append(header, bytes, now: wallNow))
            } catch {
                complain(error)
                return refuse(.kafkaStorageError)
            }
            if log.stampsAppendTime { answer.appendTime = wallNow }
            if !log.freshFolders.isEmpty {
                work.folders += log.freshFolders
                log.freshFolders = []
            }
            workTickets[.partition(log.id)] = log.ticket
            return (answer, log.nextOffset)
        }
    }

    /// Says what the disk said, but not for each of a thousand batches.
    func complain(_ error: StoreError) {
        guard now - lastComplaint >= 1000 else { return }
        lastComplaint = now
        BrokerLog.note("\(error)")
    }

    // MARK: Durability

    func wait(_ write: PendingWrite, _ owner: DurabilityTicket.Owner, until end: Int64) {
        write.remaining += 1
        let place = (writes[owner] ?? []).partitionPoint { $0.end > end }
        writes[owner, default: []].insert((end, write), at: place)
    }

    /// Hands what was written over to be synced; nil if nothing was.
    func takeWork() -> Syncer.Work? {
        guard !workTickets.isEmpty else { return nil }
        defer {
            work = Syncer.Work()
            workTickets.removeAll(keepingCapacity: true)
        }
        work.tickets = Array(workTickets.values)
        return work
    }

    /// What was written is durable, or the disk failed.
    func settle(_ outcome: Syncer.Outcome) {
        if let error = outcome.error { BrokerLog.note("\(error); what was written with it is refused") }
        for ticket in outcome.tickets {
            let isFailed = outcome.error != nil
            if case .partition(let id) = ticket.owner, let log = topics.partitions[id] {
                if isFailed { log.isBroken = true } else { log.becameDurable(ticket) }
            }
            var queue = writes[ticket.owner] ?? []
            let count = isFailed ? queue.count : queue.partitionPoint { $0.end > ticket.end }
            let ready = queue[..<count]
            queue.removeFirst(count)
            writes[ticket.owner] = queue.isEmpty ? nil : queue
            for entry in ready { entry.write.report(ticket.owner, failed: isFailed) }
            if case .partition(let id) = ticket.owner, !isFailed { wakeFetches(id) }
        }
    }
}
