import AgentWorkerDomain
import Contracts
import Core
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
    private var tasks: [(id: String, kind: Kind)] = []
    private var lives = 0

    init(
        _ bench: Bench, _ counterparts: Counterparts, _ url: String, _ boundary: Boundary, isStall: Bool, seed: UInt64
    ) {
        (self.bench, self.counterparts, self.url) = (bench, counterparts, url)
        (self.boundary, self.isStall, self.seed) = (boundary, isStall, seed)
        random = SplitMix64(seed: stableHash("\(boundary) \(isStall)") &+ seed)
        // One that stalls with an answer in hand is what a rule's `settle` is for: a sending is undone after it only.
        let kinds = Kind.allCases.filter { !isStall || $0 != .booking } + (random.next() % 2 == 0 ? [.mail] : [])
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
        while try await decide() { try await live(Trap(nil)) }
        try check()
        return trap.isSprung
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

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
    private mutating func live(_ trap: Trap) async throws {
        lives += 1
        try await process("p\(lives)", trap) { _ in try await self.wait { trap.isSprung } }
        try await expire()
    }

    /// Runs a process that stalls, another that takes over meanwhile, and then lets the first go on.
    private mutating func stall(_ trap: Trap) async throws {
        let (bench, this) = (bench, self)
        try await process("zombie", trap) { board in
            try await this.wait { trap.isSprung }
            // It takes nothing new: the one stalled step is what this is about.
            board.capacity = 0
            try await this.process("heir", Trap(nil)) { _ in
                try await this.wait {
                    // It may meet the workers' locks; then the next time.
                    _ = try? await bench.pool.execute(
                        "UPDATE tasks SET due_at = now() WHERE lease_owner LIKE 'zombie%' AND due_at > now()")
                    return false
                }
            }
            this.counterparts.serve(trap)
            trap.release.request()
            try await eventually("the zombie is done") { board.taken == 0 }
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
        let worker = try bench.worker(name, on: (pool, outbox)) { try await trap.reach(.ledger($0)) }
        counterparts.serve(trap)
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
        try outcome.get()
    }

    private func expire() async throws {
        try await bench.pool.execute("UPDATE tasks SET due_at = now() WHERE status IN ('leased', 'waiting')")
    }

    /// Until every task has ended or is held, and all that was committed is published; or `isOver`.
    private func wait(_ isOver: () async throws -> Bool) async throws {
        try await eventually(within: .seconds(15), "the end of all tasks (\(self))") {
            if try await isOver() { return true }
            let rows = try await bench.pool.query("SELECT task_id FROM tasks WHERE status = 'held'")
            let held = try Set(heldTasks()).intersection(rows.map { try $0.string("task_id") })
            guard try held.union(ended().map(\.task)).count >= tasks.count else { return false }
            return try await bench.pool.query(
                "SELECT FROM tasks WHERE status NOT IN ('finished', 'held') LIMIT 1"
            ).isEmpty
        }
    }

    // MARK: - What is told

    private func ended() throws -> [(task: String, ok: Bool)] {
        let ids = Set(tasks.map(\.id))
        let done = try bench.sink.all(AgentsV1.TaskCompleted.self).map { (task: $0.taskID, ok: true) }
        let failed = try bench.sink.all(AgentsV1.TaskFailed.self).map { (task: $0.taskID, ok: false) }
        return (done + failed).filter { ids.contains($0.task) }
    }

    /// The incidents that are told of and not decided yet.
    private func incidents() throws -> [AgentsV1.IncidentRaised] {
        let decided = Set(try bench.sink.all(AgentsV1.IncidentDecided.self).map(\.incidentID))
        let ids = Set(tasks.map(\.id))
        var seen: Set<String> = []
        return try bench.sink.all(AgentsV1.IncidentRaised.self).filter { incident in
            ids.contains(incident.taskID) && !decided.contains(incident.incidentID)
                && seen.insert(incident.incidentID).inserted
        }
    }

    private func heldTasks() throws -> [String] { try incidents().map(\.taskID) }

    // MARK: - What must hold

    /// Before anybody has decided: nothing was sent twice, and only e-mails are in question.
    private func checkHeld() throws {
        let held = Set(try heldTasks())
        for task in tasks {
            try require(!held.contains(task.id) || task.kind == .mail, "\(task.id) \(task.kind) is held")
            try require(counterparts.mails(task.id) <= 1, "\(task.id) was mailed \(counterparts.mails(task.id)) times")
        }
    }

    /// A person who has looked into the mailbox decides about one incident; false when there is none.
    private mutating func decide() async throws -> Bool {
        guard let incident = try incidents().first else { return false }
        let choices: [AgentsV1.IncidentDecision] =
            counterparts.mails(incident.taskID) == 0 ? [.retry, .fail] : [.done, .fail]
        let decision = choices[pick(choices.count)]
        try await bench.take([
            AgentsV1.DecideIncident(
                commandID: "c-\(incident.incidentID)", incidentID: incident.incidentID, taskID: incident.taskID,
                decision: decision, result: CoreV1.Payload(json: ["sent": .string(incident.taskID)]), actor: "ann")
        ])
        return true
    }

    private func check() throws {
        let ends = Dictionary(grouping: try ended(), by: \.task)
        let failed = Set(
            try bench.sink.all(AgentsV1.IncidentDecided.self).filter { $0.decision == .fail }.map(\.taskID))
        for task in tasks {
            let outcomes = Set((ends[task.id] ?? []).map(\.ok))
            try require(outcomes.count == 1, "\(task.id) \(task.kind) ended with \(outcomes)")
            try require(outcomes == [!failed.contains(task.id)], "\(task.id) \(task.kind) ended wrongly")
            switch task.kind {
            case .pay: try require(counterparts.payments(task.id) == 1, "payments: \(counterparts.payments(task.id))")
            case .mail:
                let mails = counterparts.mails(task.id)
                try require(failed.contains(task.id) ? mails <= 1 : mails == 1, "mails: \(mails)")
            case .order: try require(counterparts.orders(task.id) == 1, "orders: \(counterparts.orders(task.id))")
            case .booking:
                try require(counterparts.bookings(task.id) == 1, "bookings: \(counterparts.bookings(task.id))")
            case .model: try checkModel(task.id)
            }
        }
    }

    /// An answer that was received is not asked for again; one that died with its process is, with the same key.
    private func checkModel(_ task: String) throws {
        let told = Set(try bench.sink.all(AgentsV1.TurnRecorded.self).filter { $0.taskID == task }.map(\.turn))
        try require(told == [1, 2], "turns told of: \(told)")
        for turn in 1...2 {
            let (asked, known) = counterparts.asked("\(task)/turn/\(turn)")
            try require(asked >= 1, "turn \(turn) was not asked")
            // Two processes that are both at work may both ask, one just before the other writes down its answer.
            try require(known <= (isStall ? 1 : 0), "turn \(turn) was asked \(known) times more than needed")
        }
    }

    private func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        guard condition else { throw TestFailure("\(what()) (\(self))") }
    }
}

extension CrashCase: CustomStringConvertible {
    var description: String { "boundary \(boundary), \(isStall ? "stalled" : "died"), seed \(seed)" }
}
