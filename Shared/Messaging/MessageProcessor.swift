import Core
public import Kafka
public import Lifecycle
import Postgres
import Synchronization
public import Telemetry

/// Runs a handler over its topics: poll, then one transaction that claims the offsets, changes the service's state and
/// appends the outbox, then publish. Every message takes effect exactly once, whoever owns its partition.
public final class MessageProcessor: Service {
    private let handler: any BatchHandler
    private let outbox: Outbox
    private let settings: MessagingSettings
    private let telemetry: Telemetry
    private let consumer: KafkaConsumer
    private let batches: BatchTransaction
    private let ready = Mutex(false)
    private let meters: ProcessorMeters

    /// A processor; the consumer joins the group `cadenza-<service>` when `run` is called.
    public init(
        handler: any BatchHandler, outbox: Outbox, kafka: KafkaConfiguration,
        consumer: KafkaConsumerConfiguration? = nil,
        telemetry: Telemetry
    ) {
        (self.handler, self.outbox, self.telemetry) = (handler, outbox, telemetry)
        settings = outbox.settings
        let topics = handler.topics.map { outbox.settings.topicPrefix + $0.rawValue }
        let standard = KafkaConsumerConfiguration(
            group: settings.topicPrefix + settings.service, topics: topics, gathering: handler.gathering,
            instance: settings.instance)
        self.consumer = KafkaConsumer(kafka, consumer ?? standard)
        meters = ProcessorMeters(telemetry.metrics)
        batches = BatchTransaction(handler: handler, outbox: outbox, telemetry: telemetry)
    }

    /// Whether the group has been joined and the last batch, if any, went through.
    public var isReady: Bool { ready.withLock { $0 } }

    /// Works until shutdown; then publishes what is left and leaves the group.
    public func run(_ shutdown: Shutdown) async throws {
        guard let thread = consumer.thread else { return try await work(until: shutdown) }
        try await withTaskExecutorPreference(thread) { try await work(until: shutdown) }
    }

    private func work(until shutdown: Shutdown) async throws {
        var positions = Positions()
        var pressure = BackPressure()
        var pace = BatchPace(most: settings.batchLimit)
        var lastReport = ContinuousClock.now
        defer { ready.withLock { $0 = false } }
        while !shutdown.isRequested, !Task.isCancelled {
            do {
                await balance(positions, &pressure)
                let most = min(pace.limit, batches.handler.room)
                let records = try await consumer.poll(max: most, wait: settings.pollWait)
                if !records.isEmpty {
                    let start = ContinuousClock.now
                    try await process(records, &positions, shutdown)
                    pace.note(records.count, in: ContinuousClock.now - start)
                }
                if ContinuousClock.now - lastReport > .seconds(1) {
                    lastReport = .now
                    await report(&positions)
                }
                for event in await consumer.takeEvents() {
                    try await answer(event, &positions, shutdown)
                    pressure.partitionsChanged()
                }
            } catch is CancellationError {
                break
            } catch let error as KafkaError where error.isRetriable {
                telemetry.logger.warning("the broker could not be polled", [.error: .string("\(error)")])
                try? await Task.sleep(for: .milliseconds(200))
            } catch {
                // Who fails leaves the group, so that its partitions need not wait for the session's end.
                await consumer.close()
                throw error
            }
        }
        await outbox.flush(atMost: .seconds(10))
        await report(&positions)
        await consumer.close()
    }

    /// For lag tools and autoscalers only, and so not after every batch: the truth is in the inbox.
    private func report(_ positions: inout Positions) async {
        meters.lag(await consumer.lag().values.reduce(0, +))
        await consumer.commit(positions.takeUnreported())
    }

    /// Pauses all partitions while there is more work than room, and resumes them after.
    private func balance(_ positions: Positions, _ pressure: inout BackPressure) async {
        let partitions = Array(positions.next.keys)
        switch pressure.step(isCongested: outbox.isCongested || handler.isCongested) {
        case .pause: await consumer.pause(partitions)
        case .resume: await consumer.resume(partitions)
        case nil: break
        }
    }

    private func answer(
        _ event: KafkaAssignment, _ positions: inout Positions, _ shutdown: Shutdown
    ) async throws {
        switch event {
        case .assigned(let partitions): try await take(partitions, &positions, shutdown)
        case .revoked(let partitions): try await give(partitions, lost: false, &positions)
        case .lost(let partitions): try await give(partitions, lost: true, &positions)
        case .outOfRange(let partition):
            telemetry.logger.error(
                "records are missing where the inbox stands; going on from the first that there is",
                [
                    .code: "MS0007", .topic: .string(partition.topic), .partition: .integer(Int64(partition.partition)),
                    .offset: .integer(positions.next[partition] ?? 0),
                ])
            positions.rewind(partition)
            try await consumer.seek(partition, to: nil)
        }
    }

    private func take(_ partitions: [TopicPartition], _ positions: inout Positions, _ shutdown: Shutdown) async throws {
        let offsets = try await persistently(shutdown) {
            try await self.outbox.sweepWhole(atMost: .seconds(5))
            return try await self.outbox.pool.withConnection { try await InboxTable.open(partitions, on: $0) }
        }
        guard let offsets else { return }
        for partition in partitions { positions.open(partition, at: offsets[partition] ?? 0) }
        // What was never read begins where the topic does.
        try await consumer.assign(offsets.mapValues { $0 == 0 ? nil : $0 })
        ready.withLock { $0 = true }
        telemetry.logger.info("partitions were assigned", [.count: .integer(Int64(partitions.count))])
    }

    private func give(_ partitions: [TopicPartition], lost: Bool, _ positions: inout Positions) async throws {
        // The next owner is to see our messages before its own.
        if !lost {
            await outbox.flush(atMost: .seconds(5))
            await report(&positions)
        }
        for partition in partitions { positions.close(partition) }
        try await consumer.release(partitions)
        telemetry.logger.info(
            lost ? "partitions were lost" : "partitions were revoked", [.count: .integer(Int64(partitions.count))])
    }

    /// Puts a poll through, however often that takes.
    private func process(_ records: [KafkaRecord], _ positions: inout Positions, _ shutdown: Shutdown) async throws {
        let batch = positions.batch(records)
        guard !batch.records.isEmpty else { return }
        let start = ContinuousClock.now
        let tries = Atomic(0)
        let outcome = try await persistently(shutdown) {
            tries.add(1, ordering: .relaxed)
            return try await self.batches.run(batch)
        }
        switch outcome {
        case .done?:
            positions.advance(batch)
            ready.withLock { $0 = true }
            meters.handled(batch.records.count, in: ContinuousClock.now - start)
        case .notOurs(let partitions)? where tries.load(ordering: .relaxed) > 1:
            try await recover(partitions, &positions, shutdown)
        case .notOurs(let partitions)?: await giveUp(partitions)
        case nil: break
        }
    }

    /// Another process has moved these partitions, so it has them now and this one does not know yet: join anew.
    private func giveUp(_ partitions: Set<TopicPartition>) async {
        telemetry.logger.warning(
            "another process has moved partitions that were thought to be ours; joining the group anew",
            [.code: "MS0009", .count: .integer(Int64(partitions.count))])
        ready.withLock { $0 = false }
        await consumer.rejoin()
    }

    /// A commit whose answer was lost may have moved these partitions: go on from where the inbox says. If it was
    /// another process after all, the next batch shows it.
    private func recover(
        _ partitions: Set<TopicPartition>, _ positions: inout Positions, _ shutdown: Shutdown
    ) async throws {
        telemetry.logger.notice(
            "the inbox stands elsewhere; going on from there", [.count: .integer(Int64(partitions.count))])
        let affected = positions.next.keys.sorted()
        let offsets = try await persistently(shutdown) {
            try await self.outbox.pool.withConnection { try await InboxTable.open(affected, on: $0) }
        }
        guard let offsets else { return }
        for (partition, offset) in offsets { positions.open(partition, at: offset) }
        try await consumer.seek(offsets.mapValues { $0 == 0 ? nil : $0 })
    }

    /// Tries `work` until it succeeds; nil when shutdown comes first. Throws what is not worth another try.
    private func persistently<Value: Sendable>(
        _ shutdown: Shutdown, _ work: @Sendable () async throws -> Value
    ) async throws -> Value? {
        var failures = 0
        while true {
            do { return try await work() } catch {
                guard isRetriable(error) else { throw error }
                failures += 1
                ready.withLock { $0 = false }
                let delay = settings.retry.delay(retry: failures, draw: .random(in: 0.5..<1)) ?? settings.retry.cap
                telemetry.logger.warning(
                    "work on messages failed and is tried again",
                    [
                        .code: "MS0004", .error: .string("\(error)"), .attempt: .integer(Int64(failures)),
                        .backoff: .integer(delay.wholeMilliseconds),
                    ])
                if await shutdown.wait(atMost: delay) { return nil }
            }
        }
    }
}
