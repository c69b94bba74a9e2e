import Core
import GatewayDomain
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Goes on with redrives of many letters, each at its rate, whichever replica began it. A step is one transaction with
/// the redrive's row held: what it publishes and what it notes become true together, and no other replica meddles.
struct RedriveRunner: Service {
    let redriving: Redriving
    let pool: PostgresPool
    let clock: any WallClock
    /// Called when a redrive begins.
    let wakeup: Wakeup

    /// How long nobody looks at most; another replica may have begun something.
    private static let patience = Duration.seconds(1)

    /// Works until shutdown.
    func run(_ shutdown: Shutdown) async throws {
        while !shutdown.isRequested, !Task.isCancelled {
            var pause = Self.patience
            do {
                while try await step(), !shutdown.isRequested {}
                if let next = try await RedriveStore.nextDue(on: pool) {
                    pause = max(.milliseconds(1), min(Self.patience, next - clock.now()))
                }
            } catch  where !(error is CancellationError) {
                redriving.logger.warning(
                    "Redrives could not go on; it is tried again", [.error: .string("\(error)")])
            }
            await wakeup.wait(atMost: pause, unless: shutdown)
        }
    }

    /// Goes on with one redrive that is due; false when there is none.
    func step() async throws -> Bool {
        try await redriving.outbox.transaction { transaction in
            guard let row = try await RedriveStore.holdDue(now: transaction.now, on: transaction.connection) else {
                return false
            }
            try await goOn(row, transaction)
            return true
        }
    }

    private func goOn(_ row: RedriveRow, _ transaction: MessageTransaction) async throws {
        let (connection, now) = (transaction.connection, transaction.now)
        if row.waiting == 0, row.unsettled == 0 {
            _ = try await RedriveStore.end(row.id, status: "done", now: now, on: connection)
            Announcer(transaction: transaction, origin: .gateway(tenant: row.tenant)).audit(
                "redrive.done", "redrive", row.id, id: "redrive/\(row.id)/done/audit", actorType: "system",
                ["taken": .integer(row.taken), "died": .integer(row.died), "skipped": .integer(row.skipped)])
            return
        }
        let room = row.pace.room(unsettled: row.unsettled, taken: row.taken, died: row.died)
        let letters =
            room == 0 ? [] : try await RedriveStore.holdWaiting(row.id, limit: room, on: connection)
        let caller = Caller(tenant: row.tenant, name: row.actor, roles: [])
        let announcer = Announcer(
            transaction: transaction, origin: Origin(caller: caller, traceparent: row.traceparent))
        var (sent, skipped): ([Int64], [Int64]) = ([], [])
        for (number, letter) in letters {
            let result = try await redriving.redrive(
                letter, as: "redrive/\(row.id)/\(number)", redriveID: row.id, reason: row.reason, announcer)
            if case .done = result { sent.append(number) } else { skipped.append(number) }
        }
        try await RedriveStore.advance(
            row, sent: sent, skipped: skipped, next: now + row.pace.pause(after: sent.count), now: now, on: connection)
    }
}
