import Contracts
public import Core
import Kafka
public import Lifecycle
public import Postgres
import Synchronization
public import Telemetry

/// Publishes what transactions leave behind: at least once, and in the order of their commits.
///
/// Rows go from memory to the producer as soon as their transaction has committed. The table is read only for rows that
/// nobody has in memory: those of processes that are gone, and those of a commit whose answer was lost.
public final class Outbox: Service {
    struct State {
        var queue = PublishQueue()
        /// Whether rows of ours may stand in the table that are not in memory.
        var hasUnknown = false
        /// The transactions of which nobody knows whether they committed.
        var doubts: [String] = []
        /// Whether rows may be handed to the producer by who has committed them.
        var isOpen = false
        /// The acknowledgements of rows that were handed over so.
        var handedOver: Result<any MessageDelivery, any Error>?
        /// Who waits for fewer pending messages than `limit`.
        var waiter: (wakeup: Wakeup, limit: Int)?

        /// The last number that a row of ours was given: another process's are elsewhere.
        private var lastID = Int64.random(in: 1 << 40..<1 << 61)

        var needsRecall: Bool { hasUnknown || !doubts.isEmpty }

        /// Numbers that rise from row to row.
        mutating func draw(_ count: Int) -> [Int64] {
            defer { lastID += Int64(count) }
            return (0..<count).map { lastID + 1 + Int64($0) }
        }

        /// The next place for messages that are about to be committed, the numbers of their rows, and rows to remove.
        mutating func reserve(
            _ rows: [[Outbound]]
        ) -> (ticket: PublishQueue.Ticket, ids: [Int64], removing: [Int64]) {
            let ids = draw(rows.count)
            let ticket = queue.reserve(zip(ids, rows).map { OutboxRow(id: $0, messages: $1) })
            return (ticket, ids, queue.takeConfirmed())
        }
    }

    let settings: MessagingSettings
    let pool: PostgresPool
    let producer: any MessageSink
    let telemetry: Telemetry
    let clock: any WallClock
    /// The number under which this process owns rows and holds its lock.
    let owner = Int64.random(in: 1..<Int64.max)
    let state = Mutex(State())
    let work = Wakeup()
    let sweeps = Turns()
    private let pendingGauge: Gauge

    /// An outbox over the service's own pool. Nothing is published before `run`.
    public init(
        settings: MessagingSettings, pool: PostgresPool, producer: any MessageSink, telemetry: Telemetry,
        clock: any WallClock = SystemClock()
    ) {
        (self.settings, self.pool, self.producer) = (settings, pool, producer)
        (self.telemetry, self.clock) = (telemetry, clock)
        pendingGauge = telemetry.metrics.gauge(
            .outboxPending, "Messages committed and not yet acknowledged by the broker.")
    }

    /// How many committed messages are not acknowledged yet.
    public var pending: Int { state.withLock { $0.queue.pending } }

    /// Whether so many messages wait that producers of work should pause.
    public var isCongested: Bool { pending >= settings.outboxLimit }

    /// Wakes `wakeup` each time that fewer than `limit` messages are pending after there were as many or more. One can
    /// be told.
    public func wake(_ wakeup: Wakeup, below limit: Int) { state.withLock { $0.waiter = (wakeup, limit) } }

    /// Changes what is pending.
    func settle(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            let before = state.queue.pending
            change(&state)
            return state.waiter.flatMap { before >= $0.limit && state.queue.pending < $0.limit ? $0.wakeup : nil }
        }
        waiter?.wake()
    }

    /// What stands before every topic's name on the broker.
    public var topicPrefix: String { settings.topicPrefix }

    /// The topic whose full name on the broker this is; nil when it is none of this installation's.
    public func topic(named name: String) -> Topic? {
        name.hasPrefix(settings.topicPrefix) ? Topic(name.withoutFirst(settings.topicPrefix.utf8.count)) : nil
    }

    /// Runs `body` in a transaction and publishes what it left, once that has committed. Throws what `body` throws and
    /// `PostgresError`; then nothing is changed and nothing is published, save after `connectionLost`, when the commit
    /// may have happened all the same: whatever was committed is published, and doing the work again must be harmless.
    public func transaction<Value>(_ body: (MessageTransaction) async throws -> Value) async throws -> Value {
        var ticket: PublishQueue.Ticket?
        var removing: [Int64] = []
        var number = ""
        do {
            let (value, actions) = try await pool.transaction { connection in
                let transaction = MessageTransaction(
                    connection: connection, now: clock.now(), service: settings.service)
                let value = try await body(transaction)
                let messages = transaction.outbound + deadLetterMessages(transaction)
                try await DeadLetterTable.insert(
                    transaction.deadLetters, service: settings.service, now: transaction.now, on: connection)
                if !messages.isEmpty {
                    number = try await transaction.number()
                    let packed = OutboxRow.rows(messages)
                    let ids: [Int64]
                    (ticket, ids, removing) = state.withLock { $0.reserve(packed.map(\.messages)) }
                    let rows = Array(zip(ids, packed.map(\.bytes)))
                    OutboxTable.insert(rows, owner: owner, removing: removing, on: connection)
                }
                return (value, transaction.actions)
            }
            state.withLock { state in
                state.queue.forget(removing)
                if let ticket { state.queue.commit(ticket) }
            }
            await handOver()
            work.wake()
            for action in actions { action() }
            return value
        } catch {
            let code = (error as? PostgresError)?.code
            let isUncertain = code == .connectionLost || code == .shuttingDown
            settle { state in
                state.queue.returnConfirmed(removing)
                guard let ticket else { return }
                guard isUncertain else { return state.queue.abandon(ticket) }
                state.queue.doubt(ticket)
                state.doubts.append(number)
            }
            work.wake()
            throw error
        }
    }

    /// Hands what is committed to the producer, on the committing task, when nothing is under way: the loop would only
    /// be later. It waits for the acknowledgements.
    private func handOver() async {
        let rows = state.withLock { state in
            state.isOpen && !state.queue.isSending ? state.queue.take(limit: settings.publishLimit) : []
        }
        guard !rows.isEmpty else { return }
        let delivery: Result<any MessageDelivery, any Error>
        do { delivery = .success(try await producer.handOver(records(of: rows))) } catch { delivery = .failure(error) }
        state.withLock { $0.handedOver = delivery }
    }

    private func records(of rows: [OutboxRow]) -> [KafkaMessage] {
        rows.flatMap(\.messages).map { $0.record(prefix: settings.topicPrefix) }
    }

    private func deadLetterMessages(_ transaction: MessageTransaction) -> [Outbound] {
        transaction.deadLetters.map { letter in
            telemetry.metrics.counter(
                .deadLetters, "Messages put aside because they can never be taken.",
                labels: ["topic": letter.record.topic]
            ).increment()
            telemetry.logger.error(
                "a message was put aside",
                [
                    .code: .string(letter.code.rawValue), .topic: .string(letter.record.topic),
                    .partition: .integer(Int64(letter.record.partition)), .offset: .integer(letter.record.offset),
                    .reason: .string(letter.cause),
                ])
            let message = letter.message(service: settings.service, now: transaction.now)
            let envelope = Envelope(
                id: message.deadLetterID, type: "", source: "cadenza/\(settings.service)", time: transaction.now,
                tenant: letter.tenant(or: settings.tenant))
            return Outbound(
                topic: .deadLetters, key: letter.key(service: settings.service), envelope: envelope, message: message)
        }
    }

    /// Publishes until shutdown and everything is out.
    public func run(_ shutdown: Shutdown) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Ends when the publishing has ended, by cancellation.
            group.addTask { await self.holdLock() }
            try await publish(until: shutdown)
            group.cancelAll()
        }
    }

    private func publish(until shutdown: Shutdown) async throws {
        var failures = 0
        var (lastSweep, lastSent) = (ContinuousClock.now - settings.sweepInterval, ContinuousClock.now)
        defer { state.withLock { $0.isOpen = false } }
        while !Task.isCancelled {
            if ContinuousClock.now - lastSweep >= settings.sweepInterval || state.withLock({ $0.needsRecall }) {
                lastSweep = .now
                await sweepQuietly()
            }
            let (rows, delivery) = takeWork(isOpen: failures == 0)
            pendingGauge.set(pending)
            guard !rows.isEmpty else {
                if shutdown.isRequested, state.withLock({ $0.queue.isDrained }) { return await removeConfirmed() }
                if ContinuousClock.now - lastSent >= settings.removalDelay { await removeConfirmed() }
                await wait(shutdown)
                continue
            }
            do {
                if let delivery { try await delivery.get().wait() } else { try await producer.send(records(of: rows)) }
                settle { $0.queue.confirm() }
                (failures, lastSent) = (0, .now)
                if state.withLock({ $0.queue.confirmedCount }) >= settings.publishLimit { await removeConfirmed() }
            } catch {
                let isProgress = await park(rows, refusedBy: error)
                state.withLock { state in
                    state.queue.putBack()
                    state.isOpen = false
                }
                if isProgress { continue }
                failures += 1
                await backOff(failures, error)
            }
        }
    }

    /// What is to be published next, or what was handed over and is to be waited for; no rows while there is neither.
    private func takeWork(isOpen: Bool) -> (rows: [OutboxRow], delivery: Result<any MessageDelivery, any Error>?) {
        state.withLock { state in
            state.isOpen = isOpen
            if let delivery = state.handedOver {
                state.handedOver = nil
                return (state.queue.sending, delivery)
            }
            return state.queue.isSending ? ([], nil) : (state.queue.take(limit: settings.publishLimit), nil)
        }
    }

    /// Until there is work; during shutdown only briefly, since what is left comes from transactions that are ending.
    private func wait(_ shutdown: Shutdown) async {
        if shutdown.isRequested {
            try? await Task.sleep(for: .milliseconds(5))
        } else {
            let isTidy = state.withLock { $0.queue.confirmedCount == 0 }
            await work.wait(atMost: isTidy ? settings.sweepInterval : settings.removalDelay, unless: shutdown)
        }
    }

    private func backOff(_ failures: Int, _ error: any Error) async {
        let delay = settings.retry.delay(retry: failures, draw: .random(in: 0.5..<1)) ?? settings.retry.cap
        telemetry.logger.warning(
            "messages could not be published and are tried again",
            [
                .code: "MS0003", .error: .string("\(error)"), .attempt: .integer(Int64(failures)),
                .backoff: .integer(delay.wholeMilliseconds),
            ])
        try? await Task.sleep(for: delay)
    }
}
