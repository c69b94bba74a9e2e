import Core
import Kafka
import Lifecycle
import Postgres
import Synchronization
import Telemetry

/// Rows that nobody has in memory.
extension Outbox {
    /// Publishes what processes of this service left behind that are gone, and what a lost commit of our own left. The
    /// owners of other rows, which live; nil while another process adopts rows.
    @discardableResult
    func sweep() async throws -> [Int64]? {
        // A former owner looks alive while a sweep of our own adopts its rows: who took a partition over then would be
        // ahead of them if that came to nothing.
        let living = try await sweeps.take { try await sweepAll() }
        work.wake()
        return living
    }

    /// Sweeps before a partition is taken over, so that its former owner's messages go out before ours. Those that
    /// another process has adopted are waited for, up to `limit`.
    func sweepWhole(atMost limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        repeat {
            if let living = try await sweep(),
                try await !pool.withConnection({ try await OutboxTable.haveAdopted(living, on: $0) })
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        } while ContinuousClock.now < end
    }

    private func sweepAll() async throws -> [Int64]? {
        var living: [Int64]? = []
        for former in try await pool.withConnection({ try await OutboxTable.otherOwners(than: owner, on: $0) }) {
            switch try await adopt(from: former) {
            case true?: break
            case false?: living?.append(former)
            case nil: living = nil
            }
        }
        try await recallUnknown()
        return living
    }

    /// Makes the rows of `former` ours if it is gone, and says whether it was; nil while another process does.
    private func adopt(from former: Int64) async throws -> Bool? {
        var ticket: PublishQueue.Ticket?
        do {
            let isGone = try await pool.transaction { connection in
                let isGone = try await OutboxTable.isGone(former, on: connection)
                guard isGone == true else { return isGone }
                let rows = try await OutboxTable.lock(of: former, on: connection)
                guard !rows.isEmpty else { return true }
                let places: [Int64]
                (ticket, places) = state.withLock { ($0.queue.reserve(rows), $0.draw(rows.count)) }
                OutboxTable.adopt(Array(zip(rows.map(\.id), places)), to: owner, on: connection)
                return true
            }
            if let ticket { state.withLock { $0.queue.commit(ticket) } }
            return isGone
        } catch {
            if let ticket { settle { $0.queue.abandon(ticket) } }
            // The commit may have happened: then the rows are ours and unknown.
            state.withLock { $0.hasUnknown = true }
            throw error
        }
    }

    private func recallUnknown() async throws {
        try await resolveDoubts()
        guard state.withLock({ $0.hasUnknown }) else { return }
        try await pool.transaction { connection in
            let known = state.withLock { state in
                state.hasUnknown = false
                return state.queue.known
            }
            do {
                let rows = try await OutboxTable.unknown(to: owner, besides: known, on: connection)
                state.withLock { state in
                    // A transaction that reserved its place meanwhile is known by now.
                    let known = Set(state.queue.known)
                    let rows = rows.filter { !known.contains($0.id) }
                    if !rows.isEmpty { state.queue.commit(state.queue.reserve(rows)) }
                }
            } catch {
                state.withLock { $0.hasUnknown = true }
                throw error
            }
        }
    }

    /// Learns what became of commits whose answer was lost. Until then what is behind them is not published, so that
    /// the order holds.
    private func resolveDoubts() async throws {
        let (doubts, ids) = state.withLock { ($0.doubts, $0.queue.doubtful) }
        guard !doubts.isEmpty else { return }
        try await pool.withConnection { connection in
            // The server may still be busy with the commit although the connection is gone.
            guard try await OutboxTable.haveEnded(doubts, on: connection) else { return }
            let existing = try await OutboxTable.existing(ids, on: connection)
            settle { state in
                state.queue.resolve(Set(ids), existing: Set(existing))
                // Another sweep may have resolved them meanwhile, and new ones may have come.
                state.doubts.removeAll(where: Set(doubts).contains)
            }
        }
    }

    /// Sets those messages aside that the broker refuses as they are, such as too large ones: they would stop all
    /// others. Returns whether there were any.
    func park(_ rows: [OutboxRow], refusedBy error: any Error) async -> Bool {
        guard let positions = (error as? KafkaError)?.refused, !positions.isEmpty else { return false }
        let places = rows.indices.flatMap { row in rows[row].messages.indices.map { (row: row, message: $0) } }
        let doomed = Dictionary(grouping: positions.map { places[$0] }, by: \.row)
        var (refused, rest): ([Outbound], [OutboxRow]) = ([], [])
        for (row, doomed) in doomed.sorted(by: { $0.key < $1.key }) {
            let doomed = Set(doomed.map(\.message))
            let messages = rows[row].messages.enumerated()
            refused += messages.filter { doomed.contains($0.offset) }.map(\.element)
            let kept = messages.filter { !doomed.contains($0.offset) }.map(\.element)
            rest.append(OutboxRow(id: rows[row].id, messages: kept))
        }
        do {
            let (refused, rest) = (refused, rest)
            try await pool.transaction { try await OutboxTable.park(refused, leaving: rest, on: $0) }
        } catch { return false }
        settle { $0.queue.replace(rest) }
        for message in refused {
            telemetry.logger.error(
                "a message that the broker refuses was parked in the outbox",
                [
                    .code: "MS0008", .topic: .string(message.topic.rawValue), .messageID: .string(message.envelope.id),
                    .size: .integer(Int64(message.body.count)),
                ])
        }
        return true
    }

    func sweepQuietly() async {
        do { try await sweep() } catch {
            telemetry.logger.debug("the outbox could not be swept", [.error: .string("\(error)")])
        }
    }

    /// Removes acknowledged rows; what fails is tried again later.
    func removeConfirmed() async {
        let ids = state.withLock { $0.queue.takeConfirmed() }
        guard !ids.isEmpty else { return }
        do {
            try await pool.withConnection { try await OutboxTable.remove(ids, on: $0) }
            state.withLock { $0.queue.forget(ids) }
        } catch {
            state.withLock { $0.queue.returnConfirmed(ids) }
        }
    }

    /// Returns when everything that is committed by now is published, or after `limit`.
    func flush(atMost limit: Duration) async {
        let end = ContinuousClock.now + limit
        while pending > 0, ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Holds the lock that tells others that this process lives; the server lets go of it when the process ends,
    /// however it ends.
    func holdLock() async {
        while !Task.isCancelled {
            do {
                try await pool.withConnection { connection in
                    do {
                        _ = try await connection.query("SELECT pg_advisory_lock(\(owner))")
                        while !Task.isCancelled {
                            try await Task.sleep(for: settings.sweepInterval)
                            _ = try await connection.query("SELECT 1")
                        }
                    } catch {
                        // The lock is the session's, and the session would go back to the pool.
                        await connection.hangUp()
                        throw error
                    }
                }
            } catch {
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
