import Contracts
import Core
import Kafka
import Postgres
import SimulatedPostgres

/// Whether the world has come to rest: everything has ended, nothing is under way.
struct Rest {
    private let world: World

    init(_ world: World) { self.world = world }

    var isReached: Bool { reasons(most: 1).isEmpty }

    /// What is still open.
    func reasons(most: Int = 20) -> [String] {
        var reasons: [String] = []
        func add(_ reason: @autoclosure () -> String, if condition: Bool) {
            if condition, reasons.count < most { reasons.append(reason()) }
        }
        for one in world.plan.executions {
            let last = world.journal.events[one.id]?.values.max { $0.sequence < $1.sequence }
            add(
                "\(one.id) is \(last?.status ?? "not started")",
                if: !["completed", "faulted", "cancelled"].contains(last?.status ?? ""))
        }
        if !reasons.isEmpty, most == 1 { return reasons }
        for service in Service.allCases {
            add("\(service.rawValue) has messages to publish", if: count("SELECT id FROM outbox", service) > 0)
            for row in rows("SELECT topic, partition, next_offset FROM inbox", service) {
                guard let topic = try? row.string("topic"), let partition = try? row.int32("partition"),
                    let next = try? row.int64("next_offset")
                else { continue }
                let end = world.broker.end(.init(topic, partition))
                add("\(service.rawValue) is at \(next) of \(end) of \(topic)/\(partition)", if: next != end)
            }
        }
        for table in ["executions", "timers", "tasks", "waiting_starts"] {
            let left = count(SQL(unsafe: "SELECT * FROM \(table)"), .orchestrator)
            add("\(left) rows are left in the orchestrator's \(table)", if: left > 0)
        }
        let tasks = rows("SELECT task_id, status FROM tasks", .worker)
        for row in tasks {
            let status = (try? row.string("status")) ?? "?"
            add(
                "the worker's task \((try? row.string("task_id")) ?? "?") is \(status)",
                if: !["finished", "cancelled"].contains(status))
        }
        return reasons
    }

    private func rows(_ sql: SQL, _ service: Service) -> [PostgresRow] {
        (try? world.databases[service]?.query(sql)) ?? []
    }

    private func count(_ sql: SQL, _ service: Service) -> Int { rows(sql, service).count }
}

extension SQL {
    fileprivate init(unsafe text: String) { self = "\(unsafe: text)" }
}
