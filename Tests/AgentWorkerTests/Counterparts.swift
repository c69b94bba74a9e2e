import Core
import HTTP
import Postgres
import Synchronization

@testable import AgentWorker

/// The outside systems of the crash tests, which count what they do: payments with idempotency keys, e-mails without,
/// orders that can be looked up, and a model that sells an answer a key.
final class Counterparts: Sendable {
    private struct Counts {
        var payments: [String: Int] = [:]
        var mails: [String: Int] = [:]
        var orders: [String: Int] = [:]
        var bookings: [String: Int] = [:]
        var asked: [String: Int] = [:]
        var askedAgain: [String: Int] = [:]
    }

    /// What a worker process is told when its request has come that far.
    private let trap = Mutex<Trap?>(nil)
    private let journal = Mutex<PostgresPool?>(nil)
    private let counts = Mutex(Counts())

    /// The process that is to be told.
    func serve(_ trap: Trap) { self.trap.withLock { $0 = trap } }

    /// Where to look whether the model's answer is known already.
    func watch(_ pool: PostgresPool) { journal.withLock { $0 = pool } }

    func payments(_ task: String) -> Int { counts.withLock { $0.payments[task] ?? 0 } }
    func mails(_ task: String) -> Int { counts.withLock { $0.mails[task] ?? 0 } }
    func orders(_ task: String) -> Int { counts.withLock { $0.orders[task] ?? 0 } }
    /// Bookings that stand: those undone are not counted.
    func bookings(_ task: String) -> Int { counts.withLock { $0.bookings[task] ?? 0 } }
    /// How often the model was asked for a turn, by its key; and how often when the answer had been journalled.
    func asked(_ key: String) -> (all: Int, again: Int) {
        counts.withLock { ($0.asked[key] ?? 0, $0.askedAgain[key] ?? 0) }
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if let key = request.headers["idempotency-key"], let journal = journal.withLock({ $0 }) {
            let known = try? await journal.query(
                "SELECT FROM effects WHERE idempotency_key = \(key) AND kind = 'model' AND progress = 'completed'")
            if known?.isEmpty != true { counts.withLock { $0.askedAgain[key, default: 0] += 1 } }
        }
        let trap = trap.withLock { $0 }
        let wasDead = trap?.isSprung ?? false
        // The request is lost with the process that dies now.
        if await trap?.isDead(at: .atServer(acted: false)) == true, !wasDead { return Self.gone }
        let answer = counts.withLock { Self.act(request, &$0) }
        _ = await trap?.isDead(at: .atServer(acted: true))
        return answer
    }

    private static func act(_ request: HTTPRequest, _ counts: inout Counts) -> HTTPResponse {
        let task = (try? JSON(parsing: request.body))?["task"]?.string ?? ""
        let (key, reference) = (request.headers["idempotency-key"] ?? "", request.headers["x-reference"] ?? "")
        let last = request.path.split(separator: "/").last.map(String.init) ?? ""
        switch (request.method, request.path.split(separator: "/").first ?? "") {
        case ("POST", "pay"):
            // What a server does that honours the key: the same answer again, and no second payment.
            if key != task || counts.payments[task] == nil { counts.payments[task, default: 0] += 1 }
            return .json(["paid": .string(task)])
        case ("POST", "mail"):
            counts.mails[task, default: 0] += 1
            return .json(["sent": .string(task)])
        case ("POST", "order"):
            counts.orders[reference, default: 0] += 1
            return .json(["order": .string(reference)])
        case ("GET", "order"): return (counts.orders[last] ?? 0) > 0 ? .json(["order": .string(last)]) : gone
        case ("POST", "booking"):
            counts.bookings[reference, default: 0] += 1
            return .json(["booking": .string(reference)])
        case ("DELETE", "booking"):
            defer { counts.bookings[last] = nil }
            return counts.bookings[last] == nil ? gone : .json([:])
        default:
            counts.asked[key, default: 0] += 1
            return completion(key.hasSuffix("/1") ? "no idea" : #"{"n":3}"#)
        }
    }

    private static let gone = HTTPResponse(status: 404)
}
