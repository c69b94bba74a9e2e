import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Messaging
import Postgres
import Telemetry
import TestKit
import Testing

@testable import AgentWorker

@Suite("Answers that come when others have gone on", .timeLimit(.minutes(5)))
struct LateAnswerTests {
    /// As if a worker had leased the one task, begun to send and stalled. Gives what it would send.
    private func stallSending(_ bench: Bench, _ effectClass: EffectClass) async throws -> EffectTable.Opening {
        let task = try #require(
            try await bench.pool.transaction {
                try await TaskTable.claim(["acme": 1], owner: "zombie/1", lease: .seconds(60), on: $0).first
            })
        let opening = EffectTable.Opening(
            key: .init(taskID: task.id, number: 1), attempt: task.attempt, owner: task.owner, kind: task.function,
            effectClass: effectClass, idempotencyKey: "")
        let tickets = try await bench.pool.transaction { try await EffectTable.open([opening], on: $0) }
        #expect(tickets == [opening.key: .init(step: .dispatch, dispatch: 1)])
        try await bench.pool.execute("UPDATE tasks SET due_at = now() WHERE status = 'leased'")
        return opening
    }

    private func receive(
        _ bench: Bench, _ opening: EffectTable.Opening, _ dispatch: Int, _ outcome: EffectOutcome
    ) async throws -> Effect.Reception {
        let content = EffectAnswer(dispatch: dispatch, effectClass: opening.effectClass, outcome: outcome)
        let answer = EffectTable.Answer(key: opening.key, content: content)
        return try await bench.outbox.transaction { transaction in
            let counted = try await EffectTable.complete([answer], on: transaction.connection)
            return counted == [0] ? .counted : try await IncidentDesk.receive(answer, in: transaction)
        }
    }

    private func effect(_ bench: Bench) async throws -> Effect? {
        try await EffectTable.load(.init(taskID: "e:1", number: 1), on: bench.pool)
    }

    private let done = EffectOutcome(output: "done")

    @Test("An answer to a call that was taken for not done is no outcome of the next: a person is to know")
    func contradicts() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([request("e:1", "http", [:])])
            let opening = try await stallSending(bench, .irreversible)
            try await EffectTable.undo(opening.key, dispatch: 1, on: bench.pool)
            let again = try await bench.pool.transaction { try await EffectTable.open([opening], on: $0) }
            #expect(again[opening.key]?.dispatch == 2)
            #expect(try await receive(bench, opening, 1, done) == .late(contradicts: true))
            #expect(try await receive(bench, opening, 1, done) == .late(contradicts: true))
            #expect(try await effect(bench)?.progress == .dispatched)
            for decision in [AgentsV1.IncidentDecision.retry, .done] {
                try await bench.take([
                    AgentsV1.DecideIncident(
                        commandID: "c-\(decision)", incidentID: "e:1:1:1:late", taskID: "e:1", decision: decision,
                        result: CoreV1.Payload(json: "seen"), comment: "undone by hand", actor: "ann")
                ])
            }
            #expect(try await effect(bench)?.progress == .dispatched)
            #expect(try await receive(bench, opening, 2, EffectOutcome(output: "again")) == .counted)
            try await bench.running([]) {
                try await eventually("it is told") {
                    try bench.sink.all(AgentsV1.IncidentDecided.self).map(\.incidentID) == ["e:1:1:1:late"]
                        && bench.sink.all(AgentsV1.IncidentDecisionRejected.self).first?.rejection?.code == "AW0013"
                }
            }
            #expect(try bench.sink.all(AgentsV1.AnswerCameLate.self).map(\.dispatch) == [1])
            let raised = try bench.sink.all(AgentsV1.IncidentRaised.self)
            #expect(raised.map(\.incidentID) == ["e:1:1:1:late"] && raised.first?.code == "AW0014")
            #expect(try await bench.pool.query("SELECT FROM tasks WHERE status = 'held'").isEmpty)
        }
    }

    @Test("The answer to a call that is being undone does not count; it is an incident if nothing could be undone")
    func undoing() async throws {
        for isUndone in [true, false] {
            try await withBench { (bench) async throws in
                try await bench.take([request("e:1", "http", [:])])
                let opening = try await stallSending(bench, .compensable)
                let hasBegun = try await bench.pool.transaction {
                    try await EffectTable.beginUndoing(opening.key, dispatch: 1, on: $0)
                }
                #expect(hasBegun)
                #expect(try await receive(bench, opening, 1, done) == .late(contradicts: false))
                #expect(try await effect(bench)?.progress == .dispatched)
                try await bench.outbox.transaction { transaction in
                    let connection = transaction.connection
                    let task = try #require(try await TaskTable.leased(opening, on: connection))
                    try await EffectTable.undo(opening.key, dispatch: 1, isUndone: isUndone, on: connection)
                    try await IncidentDesk.compare(opening.key, 1, of: task, in: transaction)
                }
                #expect(try await effect(bench)?.progress == .intended)
                let incidents = try await bench.pool.query("SELECT FROM incidents WHERE is_late").count
                #expect(incidents == (isUndone ? 0 : 1))
            }
        }
    }

    @Test("A person's decision and the answer that comes after it are compared")
    func decided() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([request("e:1", "http", [:])])
            let opening = try await stallSending(bench, .irreversible)
            let isSettled = try await bench.pool.transaction {
                try await EffectTable.settle(
                    opening.key, dispatch: 1, EffectOutcome(fault: .ambiguous("no")), on: $0)
            }
            #expect(isSettled)
            #expect(try await receive(bench, opening, 1, done) == .late(contradicts: true))
            #expect(try await effect(bench)?.progress == .completed(EffectOutcome(fault: .ambiguous("no"))))
            // Nobody but a person closes it.
            #expect(try await IncidentDesk(outbox: bench.outbox).sweep(after: .seconds(60)) == 0)
        }
    }

    @Test(
        "A model is not asked when the first answer comes just before; one that comes later is told of and counted",
        arguments: [CrashPoint(.opening, .committed), CrashPoint(.outcome, .asked)])
    func boughtTwice(_ point: CrashPoint) async throws {
        try await withOutside({ _, _ in completion("second") }) { (url, asked) async throws in
            try await withBench(["CADENZA_LLM_BASE_URL": url + "/v1"]) { (bench) async throws in
                try await bench.take([request("e:1", "llm:1.0.0", ["prompt": "?"])])
                let opening = try await stallSending(bench, .idempotent)
                guard case .bytes(let body) = completion("first").body else { return }
                let first = EffectOutcome(status: 200, body: body)
                let telemetry = Telemetry.silent
                let heir = try bench.worker("heir", telemetry: telemetry) { reached in
                    guard reached == point else { return }
                    let reception = try await receive(bench, opening, 1, first)
                    #expect(reception == .counted || reception == .known)
                }
                try await bench.running([heir.workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                let isBought = point.part == .outcome
                #expect(asked.all.count == (isBought ? 1 : 0))
                let answers = try bench.sink.all(AgentsV1.TaskCompleted.self).map { try $0.output?.json()["answer"] }
                #expect(answers == ["first"])
                #expect(try bench.sink.all(AgentsV1.AnswerCameLate.self).map(\.dispatch) == (isBought ? [2] : []))
                let counter = telemetry.metrics.counter(
                    .effectsBoughtTwice, "Answers paid for when another's had come.")
                #expect(counter.value == (isBought ? 1 : 0))
            }
        }
    }

    @Test("A worker that finds its lease lost hears out the call that is under way")
    func hearsOut() async throws {
        let release = Shutdown()
        try await withOutside({ _, _ in
            await release.wait()
            return .json("done")
        }) { (url, asked) async throws in
            let settings = [
                "CADENZA_WORKER_ANNOUNCEMENT": "10ms", "CADENZA_WORKER_LEASE": "60ms", "CADENZA_WORKER_DRAIN": "10s",
            ]
            try await withBench(settings) { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "put", "endpoint": .string(url)])])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it is under way") { asked.all.count == 1 }
                    for statement: SQL in [
                        "CREATE SEQUENCE looks",
                        """
                        CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN PERFORM nextval('looks'); RETURN NULL; END $$
                        """,
                    ] { try await bench.pool.execute(statement) }
                    // At once, or it could look in between.
                    try await bench.pool.transaction { connection in
                        try await connection.execute(
                            "CREATE TRIGGER look AFTER UPDATE ON tasks FOR EACH STATEMENT EXECUTE FUNCTION look()")
                        try await connection.execute(
                            "UPDATE tasks SET lease_owner = 'other', due_at = now() + interval '1 hour'")
                        _ = try await connection.query("SELECT setval('looks', 1, false)")
                    }
                    try await eventually("it looks after its lease") {
                        try await bench.pool.query("SELECT is_called FROM looks").first?.bool("is_called") == true
                    }
                    release.request()
                    try await eventually("the answer counts") {
                        try await effect(bench)?.progress == .completed(done)
                    }
                }
                #expect(try bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty)
            }
        }
    }

    @Test("Of an answer that is written twice, since nobody knew that the first time succeeded, the first counts")
    func writtenTwice() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([request("e:1", "http", [:])])
            let opening = try await stallSending(bench, .irreversible)
            #expect(try await receive(bench, opening, 1, done) == .counted)
            #expect(try await receive(bench, opening, 1, done) == .known)
            #expect(try await bench.pool.query("SELECT FROM late_answers").isEmpty)
        }
    }
}
