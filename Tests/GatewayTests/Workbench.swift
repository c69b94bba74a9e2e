import Contracts
import Core
import Messaging
import ProtoWire
import Synchronization
import TestKit

@testable import Gateway

/// A service that takes events of the topic `agents.events.v1` as far as it can, and lets the others die.
final class Picky: BatchHandler {
    let topics: [Topic] = [.agentsEvents]
    private let taken = Mutex<[Inbound]>([])
    /// Executions whose messages die, with their codes; those of a worker `mended` do not.
    private let bad: Mutex<[String: ErrorCode]>

    init(bad: [String: ErrorCode] = [:]) { self.bad = Mutex(bad) }

    var all: [Inbound] { taken.withLock { $0 } }

    func mend(_ execution: String) { bad.withLock { $0[execution] = nil } }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        for message in batch {
            let event = try message.decode(AgentsV1.TaskStarted.self)
            if event.worker != "mended", let code = bad.withLock({ $0[event.executionID] }) {
                throw Poison(message, code, "not this one")
            }
        }
        transaction.afterCommit { self.taken.withLock { $0 += batch } }
    }
}

extension Installation {
    /// Publishes an event that `Picky` reads.
    func start(_ execution: String) async throws {
        let event = AgentsV1.TaskStarted(taskID: "\(execution):1", executionID: execution)
        try await backstage.publish(event, to: .agentsEvents, key: execution, id: "\(execution)/started")
    }

    /// The letters that the API lists.
    func letters(_ query: String = "") async throws -> [JSON] {
        try await ask("GET", "/v1/dead-letters?limit=500&service=picky\(query)").json["items"]?.array ?? []
    }

    /// Waits until there are so many, and gives them, the oldest first.
    func letters(_ query: String = "", count: Int) async throws -> [JSON] {
        try await eventually("\(count) letters \(query)") { try await self.letters(query).count == count }
        return try await letters(query).reversed()
    }

    static func path(_ letter: JSON, _ step: String = "") -> String {
        let id = (letter["id"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false)
        return "/v1/dead-letters/" + id.joined(separator: "%2F") + step
    }

    /// The actions that were audited so far.
    var audited: [AuditV1.ActionAudited] {
        backstage.all(AuditV1.ActionAudited.protoName).compactMap { try? $0.decode(AuditV1.ActionAudited.self) }
    }
}
