import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Messaging
import Postgres
import Telemetry
import TestKit

@testable import AgentWorker

/// One seed: tasks of every kind, worker processes that die or stall at boundaries, people who decide; and what must
/// hold in the end.
struct CrashCase {
    enum Kind: String, CaseIterable { case pay, mail, order, booking, model }

    let bench: Bench
    let counterparts: Counterparts
    let url: String
    let boundary: Boundary
    let isStall: Bool
    let seed: UInt64
    private var random: SplitMix64
    private(set) var tasks: [(id: String, kind: Kind)] = []
    private var lives = 0

    init(
        _ bench: Bench, _ counterparts: Counterparts, _ url: String, _ boundary: Boundary, isStall: Bool, seed: UInt64
    ) {
        (self.bench, self.counterparts, self.url) = (bench, counterparts, url)
        (self.boundary, self.isStall, self.seed) = (boundary, isStall, seed)
        random = SplitMix64(seed: stableHash("\(boundary) \(isStall)") &+ seed)
        let kinds = Kind.allCases + (random.next() % 2 == 0 ? [.mail] : [])
        tasks = kinds.enumerated().map { ("s\(seed)-\($0):1", $1) }
    }

    /// Plays it. Gives whether the boundary was met; throws `TestFailure` when something was lost or done twice.
    mutating func play() async throws -> Bool {
        bench.sink.clear()
        try await bench.take(tasks.map { task in request(task.id, Self.function(task.kind), arguments(task)) })
        let trap = Trap(boundary, visit: 1 + pick(tasks.count), kills: !isStall)
        if isStall {
            try await stall(trap)
        } else {
            try await live(trap)
            // Often the next one does not get through either.
            if pick(2) == 0 {
                let next = Boundary.all[pick(Boundary.all.count)]
                try await live(Trap(next, visit: 1 + pick(tasks.count)))
            }
            try await live(Trap(nil))
        }
        try checkHeld()
        while let incident = try await decide() { try await live(Trap(nil), telling: incident) }
        try await check()
        return trap.isSprung
    }

    mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private static func function(_ kind: Kind) -> String { kind == .model ? "llm:1.0.0" : "http" }

    private func arguments(_ task: (id: String, kind: Kind)) -> JSON {
        guard task.kind != .model else {
            return [
                "prompt": "How many?",
                "outputSchema": ["type": "object", "required": ["n"], "properties": ["n": ["type": "number"]]],
            ]
        }
        return [
            "method": "post", "endpoint": .string("\(url)/\(task.kind.rawValue)"), "body": ["task": .string(task.id)],
        ]
    }

    // MARK: - Processes

    /// Runs a process until it dies or nothing is left for it to do; then its leases run out.
    /// With `decided`, it lives at least until it has told of the decision about this incident.
    private mutating func live(_ trap: Trap, telling decided: String? = nil) async throws {
        lives += 1
        try await process("p\(lives)", trap) { _ in
            try await self.wait { trap.isSprung }
            try await eventually("the decision is told (\(self))") {
                try !self.incidents().contains { $0.incidentID == decided }
            }
        }
        try await expire()
    }

    /// Runs a process that stalls, and another that takes over meanwhile. The first goes on when all is done, or when
    /// the other has stalled too.
    private mutating func stall(_ trap: Trap) async throws {
        let second = pick(2) == 0 ? Boundary.stalls[pick(Boundary.stalls.count)] : nil
        let next = Trap(second, visit: 1 + pick(tasks.count), kills: false)
        let (bench, this) = (bench, self)
        try await process("zombie", trap) { zombie in
            try await this.wait { trap.isSprung }
            // It takes nothing new: the one stalled step is what this is about.
            zombie.capacity = 0
            let expire = {
                // It may meet the workers' locks; then the next time.
                _ = try? await bench.pool.execute(
                    "UPDATE tasks SET due_at = now() WHERE lease_owner LIKE 'zombie%' AND due_at > now()")
            }
            try await this.process("heir", next) { heir in
                try await this.wait {
                    await expire()
                    return next.isSprung
                }
                if next.isSprung {
                    try await this.letGo(trap, zombie)
                    next.release.request()
                    try await this.wait {
                        await expire()
                        return false
                    }
                }
                try await this.letGo(next, heir)
            }
            try await this.letGo(trap, zombie)
        }
    }

    private func letGo(_ trap: Trap, _ worker: TaskBoard) async throws {
        trap.release.request()
        try await eventually("it is done (\(self))") { worker.taken == 0 }
        try await eventually("its answers are told of (\(self))") {
            let kept = try await bench.pool.query(
                "SELECT FROM late_answers WHERE task_id = ANY (\(tasks.map(\.id)))")
            return try lateAnswers().count == kept.count
        }
    }

    private func process(
        _ name: String, _ trap: Trap, _ body: (TaskBoard) async throws -> Void
    ) async throws {
        let pool = PostgresPool(bench.pool.configuration)
        let outbox = Outbox(
            settings: MessagingSettings(service: "agent-worker"), pool: pool,
            producer: TrapSink(sink: bench.sink, trap: trap),
            telemetry: .silent)
        var client = HTTPClientConfiguration()
        client.userAgent = "\(seed)/\(name)"
        let worker = try bench.worker(name, http: HTTPClient(client), on: (pool, outbox)) {
            try await trap.reach(.ledger($0))
        }
        counterparts.serve(client.userAgent, trap)
        let outcome: Result<Void, any Error> = await withTaskGroup(of: Void.self) { group in
            // However they end: a process that dies has nobody to tell.
            group.addTask { try? await worker.workers.run(Shutdown()) }
            group.addTask { try? await outbox.run(Shutdown()) }
            let outcome: Result<Void, any Error>
            do {
                try await body(worker.board)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            trap.release.request()
            group.cancelAll()
            return outcome
        }
        await pool.close()
        trap.end.request()
        // What reaches the servers later is lost, so that nobody is told that nothing came, and then something does.
        try await eventually("its requests are over (\(self))") { counterparts.present(client.userAgent) == 0 }
        try outcome.get()
    }

    private func expire() async throws {
        try await bench.pool.execute("UPDATE tasks SET due_at = now() WHERE status IN ('leased', 'waiting')")
    }

    /// Until every task has ended or is held, and all that was committed is published; or `isOver`.
    private func wait(_ isOver: () async throws -> Bool) async throws {
        try await eventually("the end of all tasks (\(self))") {
            if try await isOver() { return true }
            let rows = try await bench.pool.query("SELECT task_id FROM tasks WHERE status = 'held'")
            let held = try heldTasks().intersection(rows.map { try $0.string("task_id") })
            guard try held.union(ended().map(\.task)).count >= tasks.count else { return false }
            return try await bench.pool.query(
                "SELECT FROM tasks WHERE status NOT IN ('finished', 'held') LIMIT 1"
            ).isEmpty
        }
    }

    // MARK: - What is told

    func ended() throws -> [(task: String, ok: Bool)] {
        let ids = Set(tasks.map(\.id))
        let done = try bench.sink.all(AgentsV1.TaskCompleted.self).map { (task: $0.taskID, ok: true) }
        let failed = try bench.sink.all(AgentsV1.TaskFailed.self).map { (task: $0.taskID, ok: false) }
        return (done + failed).filter { ids.contains($0.task) }
    }

    /// The incidents that are told of and not decided yet.
    func incidents() throws -> [AgentsV1.IncidentRaised] {
        let decided = Set(try bench.sink.all(AgentsV1.IncidentDecided.self).map(\.incidentID))
        let ids = Set(tasks.map(\.id))
        var seen: Set<String> = []
        return try bench.sink.all(AgentsV1.IncidentRaised.self).filter { incident in
            ids.contains(incident.taskID) && !decided.contains(incident.incidentID)
                && seen.insert(incident.incidentID).inserted
        }
    }

    /// The answers that are told to have come too late; each once, though it may be told twice.
    func lateAnswers() throws -> [AgentsV1.AnswerCameLate] {
        let ids = Set(tasks.map(\.id))
        var seen: Set<[String]> = []
        return try bench.sink.all(AgentsV1.AnswerCameLate.self).filter {
            ids.contains($0.taskID) && seen.insert([$0.taskID, "\($0.number)", "\($0.dispatch)"]).inserted
        }
    }

    /// Tasks that are told to wait for a person.
    func heldTasks() throws -> Set<String> { Set(try incidents().filter { !Self.isLate($0.incidentID) }.map(\.taskID)) }

    /// Whether an incident is about an answer that came too late.
    static func isLate(_ incident: String) -> Bool { incident.hasSuffix(":late") }
}

extension CrashCase: CustomStringConvertible {
    var description: String { "boundary \(boundary), \(isStall ? "stalled" : "died"), seed \(seed)" }
}
