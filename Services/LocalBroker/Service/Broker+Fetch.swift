import LocalBrokerDomain

extension Broker {
    /// Answers with what there is, or waits for more.
    func fetch(_ call: BrokerCall, _ request: FetchRequest) {
        guard call.version >= 4, request.sessionID == 0 else {
            var response = FetchResponse()
            response.fault = call.version < 4 ? .unsupportedVersion : .fetchSessionIDNotFound
            return send(call.connection, call.slot, response.pieces(call.header))
        }
        let (response, isUrgent) = collect(request)
        if isUrgent || request.maxWait <= 0 || response.recordBytes >= request.minBytes {
            return send(call.connection, call.slot, response.pieces(call.header))
        }
        let partitions = request.topics.flatMap { topic in
            topic.partitions.compactMap { topics.partition(topic.name, $0.index)?.id }
        }
        let wait = FetchWait(
            connection: call.connection, slot: call.slot, header: call.header, request: request,
            deadline: now + request.maxWait)
        for id in partitions {
            while fetches.count <= id { fetches.append([]) }
            fetches[id].removeAll(where: \.isOver)
            fetches[id].append(wait)
        }
        call.connection.fetchWait = wait
        nextFetchDeadline = min(nextFetchDeadline, wait.deadline)
    }

    /// What there is for a request, and whether it holds an error that the client should not wait for.
    private func collect(_ request: FetchRequest) -> (response: FetchResponse, isUrgent: Bool) {
        var response = FetchResponse()
        var budget = max(request.maxBytes, 0)
        var isUrgent = false
        var isFirst = true
        for topic in request.topics {
            var answers: [FetchResponse.Partition] = []
            for partition in topic.partitions {
                let answer = read(topic.name, partition, budget: budget, mustGive: isFirst)
                if answer.fault != .none { isUrgent = true }
                if let slice = answer.slice {
                    isFirst = false
                    budget = max(0, budget - slice.count)
                }
                answers.append(answer)
            }
            response.topics.append((topic.name, answers))
        }
        return (response, isUrgent)
    }

    private func read(
        _ topic: String, _ partition: FetchRequest.Partition, budget: Int, mustGive: Bool
    ) -> FetchResponse.Partition {
        guard let log = topics.partition(topic, partition.index) else {
            return FetchResponse.Partition(index: partition.index, fault: .unknownTopicOrPartition)
        }
        var answer = FetchResponse.Partition(
            index: partition.index, fault: .none, highWatermark: log.durableEnd, startOffset: log.startOffset)
        guard (log.startOffset...log.nextOffset).contains(partition.offset) else {
            answer.fault = .offsetOutOfRange
            return answer
        }
        guard mustGive || budget > 0 else { return answer }
        do throws(StoreError) {
            let limit = min(budget, max(partition.maxBytes, 0))
            guard let slice = try log.read(from: partition.offset, limit: limit) else { return answer }
            if mustGive || slice.count <= budget { answer.slice = slice }
        } catch {
            complain(error)
            answer.fault = .kafkaStorageError
        }
        return answer
    }

    /// Answers a waiting fetch with what there is now.
    func finishFetch(_ wait: FetchWait) {
        forget(wait)
        let (response, _) = collect(wait.request)
        send(wait.connection, wait.slot, response.pieces(wait.header))
    }

    /// Looks again at the fetches that wait for a partition.
    func wakeFetches(_ partition: Int) {
        for wait in waits(for: partition) where !wait.isOver {
            if wait.request.minBytes <= 1 {
                finishFetch(wait)
            } else {
                let (response, isUrgent) = collect(wait.request)
                guard isUrgent || response.recordBytes >= wait.request.minBytes else { continue }
                forget(wait)
                send(wait.connection, wait.slot, response.pieces(wait.header))
            }
        }
    }

    /// Answers the fetches whose time is up, and looks for the next one.
    func expireFetches() {
        guard now >= nextFetchDeadline else { return }
        nextFetchDeadline = Int64.max
        for connection in connections.values {
            guard let wait = connection.fetchWait else { continue }
            if wait.deadline <= now {
                finishFetch(wait)
            } else {
                nextFetchDeadline = min(nextFetchDeadline, wait.deadline)
            }
        }
    }

    func forget(_ wait: FetchWait) {
        wait.isOver = true
        wait.connection.fetchWait = nil
    }

    /// The fetches that wait for a partition, and some that are over: a request may name a partition twice, so one may
    /// come to its end while they are gone through.
    func waits(for partition: Int) -> [FetchWait] {
        fetches.indices.contains(partition) ? fetches[partition] : []
    }
}
