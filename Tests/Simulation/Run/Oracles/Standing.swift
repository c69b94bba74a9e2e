import Core
import Engine
import Postgres
import SimulatedPostgres

/// What must hold of open executions at any moment.
struct Standing {
    private let world: World

    init(_ world: World) { self.world = world }

    /// Each waits for something, and is what its log says.
    func check() {
        let rows = try? world.databases[.orchestrator]?.query("SELECT id, tenant, sequence, state FROM executions")
        for row in rows ?? [] { do { try check(row) } catch { world.journal.fail("a stored state: \(error)") } }
    }

    /// An inbox only moves forward: what has taken effect is not taken again.
    func checkInbox(of service: Service) {
        let rows = try? world.databases[service]?.query("SELECT topic, partition, next_offset FROM inbox")
        for row in rows ?? [] {
            guard let topic = try? row.string("topic"), let partition = try? row.int32("partition"),
                let next = try? row.int64("next_offset")
            else { continue }
            let place = "\(service.rawValue)'s inbox of \(topic)/\(partition)"
            if let before = world.inboxes[place], next < before {
                world.journal.fail("\(place) went back from \(before) to \(next)")
            }
            world.inboxes[place] = next
        }
    }

    private func check(_ row: PostgresRow) throws {
        let id = try row.string("id")
        guard let state = ExecutionState(json: try JSON(parsing: row.bytes("state"))) else {
            return world.journal.fail("\(id): the stored state cannot be read")
        }
        if state.causes.isEmpty { world.journal.fail("\(id) waits for nothing") }
        if try row.string("tenant") != world.plan.executions.first(where: { $0.id == id })?.tenant {
            world.journal.fail("\(id) is another tenant's")
        }
        // Nil while not all of it is published.
        guard let folded = try world.journal.state(of: id, upTo: row.int64("sequence")) else { return }
        if folded != state { world.journal.fail("\(id): the fold of the log is not the stored state") }
    }
}
