import Core
import HTTP
import Lifecycle
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
        var present: [String: Int] = [:]
    }

    private let traps = Mutex<[String: Trap]>([:])
    private let counts = Mutex(Counts())

    /// Notes that requests of the process of this name, by which they call themselves, are to meet `trap`.
    func serve(_ name: String, _ trap: Trap) { traps.withLock { $0[name] = trap } }

    /// How many requests of a process are here.
    func present(_ name: String) -> Int { counts.withLock { $0.present[name] ?? 0 } }

    func payments(_ task: String) -> Int { counts.withLock { $0.payments[task] ?? 0 } }
    func mails(_ task: String) -> Int { counts.withLock { $0.mails[task] ?? 0 } }
    func orders(_ task: String) -> Int { counts.withLock { $0.orders[task] ?? 0 } }
    /// Bookings that stand: those undone are not counted.
    func bookings(_ task: String) -> Int { counts.withLock { $0.bookings[task] ?? 0 } }
    /// How often the model was asked for a turn, by its key.
    func asked(_ key: String) -> Int { counts.withLock { $0.asked[key] ?? 0 } }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let name = request.headers["user-agent"] ?? ""
        let trap = traps.withLock { $0[name] }
        counts.withLock { $0.present[name, default: 0] += 1 }
        defer { counts.withLock { $0.present[name, default: 0] -= 1 } }
        // The request is lost with a process that dies now, or is dead.
        let isLost = await trap?.isDead(at: .atServer(acted: false)) == true
        let answer = isLost ? Self.gone : counts.withLock { Self.act(request, &$0) }
        if let trap, await trap.isDead(at: .atServer(acted: true)) { await trap.end.wait() }
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
