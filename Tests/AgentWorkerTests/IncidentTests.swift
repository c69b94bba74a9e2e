import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Postgres
import TestKit
import Testing

@testable import AgentWorker

@Suite("Effects that nobody knows the outcome of", .timeLimit(.minutes(5)))
struct IncidentTests {
    private static let unkeyed = ["CADENZA_HTTP_IDEMPOTENCY_KEY": "false"]

    /// As if a worker had leased the task and died right after it began to send.
    private func dieSending(_ bench: Bench, _ effectClass: EffectClass, _ kind: String = "http") async throws {
        let task = try #require(
            try await bench.pool.transaction {
                try await TaskTable.claim(["acme": 1], owner: "dead/1", lease: .seconds(60), on: $0).first
            })
        let opening = EffectTable.Opening(
            key: .init(taskID: task.id, number: task.attempt), attempt: task.attempt, owner: task.owner, kind: kind,
            effectClass: effectClass, idempotencyKey: "")
        let tickets = try await bench.pool.transaction { try await EffectTable.open([opening], on: $0) }
        #expect(tickets == [opening.key: .init(step: .dispatch, dispatch: 1)])
        try await bench.pool.execute("UPDATE tasks SET due_at = now() WHERE status = 'leased'")
    }

    private func answer(
        _ dispatch: Int, _ outcome: EffectOutcome, _ effectClass: EffectClass = .irreversible
    ) -> EffectTable.Answer {
        .init(
            key: .init(taskID: "e:1", number: 1),
            content: .init(dispatch: dispatch, effectClass: effectClass, outcome: outcome))
    }

    private func decide(
        _ bench: Bench, _ decision: AgentsV1.IncidentDecision, _ id: String = "e:1:1:1", result: JSON = .null
    ) async throws {
        try await bench.take([
            AgentsV1.DecideIncident(
                commandID: "c", incidentID: id, taskID: "e:1", decision: decision,
                result: CoreV1.Payload(json: result), comment: "seen", actor: "ann")
        ])
    }

    @Test(
        "An ambiguous call without a key is not repeated: its task is held until a person decides",
        arguments: [AgentsV1.IncidentDecision.retry, .done, .fail])
    func decisions(_ decision: AgentsV1.IncidentDecision) async throws {
        try await withOutside({ _, _ in .json(["sent": 1]) }) { (url, asked) async throws in
            try await withBench(Self.unkeyed) { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "post", "endpoint": .string(url + "/m?s=1")])])
                try await dieSending(bench, .irreversible)
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("an incident") { try !bench.sink.all(AgentsV1.IncidentRaised.self).isEmpty }
                    let raised = try #require(try bench.sink.all(AgentsV1.IncidentRaised.self).first)
                    #expect(raised.incidentID == "e:1:1:1" && raised.effectClass == "irreversible")
                    #expect(asked.all.isEmpty)
                    let held = try await bench.pool.query("SELECT status FROM tasks")
                    #expect(try held.first?.string("status") == "held")
                    try await decide(bench, decision, result: ["sent": 2])
                    try await eventually("it ends") { try await bench.results("e:1").count == 1 }
                    try await decide(bench, decision)
                    try await eventually("a second decision is refused") {
                        try bench.sink.all(AgentsV1.IncidentDecisionRejected.self).first?.rejection?.code == "AW0012"
                    }
                }
                #expect(asked.all.count == (decision == .retry ? 1 : 0))
                #expect(try bench.sink.all(AgentsV1.IncidentDecided.self).map(\.actor) == ["ann"])
                let outputs = try bench.sink.all(AgentsV1.TaskCompleted.self).map { try $0.output?.json() }
                #expect(outputs == (decision == .fail ? [] : [["sent": decision == .retry ? 1 : 2]]))
                let faults = try bench.sink.all(AgentsV1.TaskFailed.self).compactMap(\.fault?.type)
                #expect(faults == (decision == .fail ? ["https://cadenza.dev/errors/ambiguous-effect"] : []))
            }
        }
    }

    @Test("A call with a key is repeated, with the same key; a tool that may have been used is not")
    func classes() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let tool: JSON = [
                    "method": "tools/call", "parameters": ["name": "pay"],
                    "transport": ["http": ["endpoint": .string(url)]],
                ]
                try await bench.take([request("e:1", "mcp", tool)])
                try await dieSending(bench, .irreversible, "mcp")
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("an incident") { try !bench.sink.all(AgentsV1.IncidentRaised.self).isEmpty }
                }
                #expect(asked.all.isEmpty)
                try await bench.take([request("e:2", "http", ["method": "post", "endpoint": .string(url)])])
                try await dieSending(bench, .idempotent)
                try await bench.running([try bench.worker("v").workers]) {
                    try await eventually("it ends") { try await bench.results("e:2").count == 1 }
                }
                #expect(asked.all.map { $0.headers["idempotency-key"] } == ["e:2"])
            }
        }
    }

    @Test("No answer to what must not be repeated is an incident; a later attempt does not send it again")
    func laterAttempt() async throws {
        let never = Shutdown()
        try await withOutside({ _, _ in
            await never.wait()
            return .json(1)
        }) { (url, asked) async throws in
            let settings = Self.unkeyed.merging(["CADENZA_HTTP_TIMEOUT": "2s"]) { a, _ in a }
            try await withBench(settings) { (bench) async throws in
                let arguments: JSON = ["method": "post", "endpoint": .string(url)]
                try await bench.take([request("e:1", "http", arguments)])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("an incident") { try !bench.sink.all(AgentsV1.IncidentRaised.self).isEmpty }
                    try await bench.take([request("e:1", "http", arguments, attempt: 2)])
                    try await eventually("attempt 2 is held too") {
                        try await bench.pool.query("SELECT FROM tasks WHERE attempt = 2 AND status = 'held'").count == 1
                    }
                    #expect(asked.all.count == 1)
                    try await decide(bench, .done, result: "sent")
                    try await eventually("attempt 2 ends") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).map(\.attempt) == [2]
                    }
                }
                #expect(Set(try bench.sink.all(AgentsV1.IncidentRaised.self).map(\.incidentID)) == ["e:1:1:1"])
                #expect(asked.all.count == 1)
            }
        }
        never.request()
    }

    @Test("What a cancelled task may have done is an incident too, to be told what became of it, not to be repeated")
    func cancelled() async throws {
        try await withBench(Self.unkeyed) { (bench) async throws in
            try await bench.take([request("e:1", "http", ["method": "post", "endpoint": "http://127.0.0.1:1"])])
            try await dieSending(bench, .irreversible)
            try await bench.take([TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 1)])
            let desk = IncidentDesk(outbox: bench.outbox)
            #expect(try await desk.sweep(after: .seconds(60)) == 0)
            try await bench.running([]) {
                #expect(try await desk.sweep(after: .zero) == 1)
                #expect(try await desk.sweep(after: .zero) == 0)
                let old = SystemClock().now() + .seconds(60)
                _ = try await TaskTable.forget(before: old, on: bench.pool)
                try await decide(bench, .retry)
                try await decide(bench, .done, result: "sent")
                try await eventually("both are answered") {
                    try bench.sink.all(AgentsV1.IncidentDecisionRejected.self).first?.rejection?.code == "AW0013"
                        && bench.sink.all(AgentsV1.IncidentDecided.self).map(\.incidentID) == ["e:1:1:1"]
                }
                _ = try await TaskTable.forget(before: old, on: bench.pool)
            }
            #expect(try await bench.pool.query("SELECT FROM incidents").isEmpty)
        }
    }

    @Test("An answer that comes after the incident closes it")
    func lateAnswer() async throws {
        try await withBench(Self.unkeyed) { (bench) async throws in
            try await bench.take([request("e:1", "http", ["method": "post", "endpoint": "http://127.0.0.1:1"])])
            try await dieSending(bench, .irreversible)
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("an incident") { try !bench.sink.all(AgentsV1.IncidentRaised.self).isEmpty }
                let late = EffectOutcome(output: "late")
                _ = try await bench.pool.transaction {
                    try await EffectTable.complete([answer(1, late)], on: $0)
                }
                #expect(try await IncidentDesk(outbox: bench.outbox).sweep(after: .zero) == 1)
                try await eventually("it completes") {
                    try bench.sink.all(AgentsV1.TaskCompleted.self).map { try $0.output?.json() } == ["late"]
                }
            }
            #expect(try bench.sink.all(AgentsV1.IncidentDecided.self).map(\.decision) == [.answered])
        }
    }

    @Test("A decision of another tenant is refused as if there were no incident")
    func tenants() async throws {
        try await withBench(Self.unkeyed) { (bench) async throws in
            try await bench.take([request("e:1", "http", ["method": "post", "endpoint": "http://127.0.0.1:1"])])
            try await dieSending(bench, .irreversible)
            try await bench.pool.execute("UPDATE tasks SET tenant = 'other'")
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("an incident") { try !bench.sink.all(AgentsV1.IncidentRaised.self).isEmpty }
                try await decide(bench, .fail)
                try await eventually("it is refused") {
                    try bench.sink.all(AgentsV1.IncidentDecisionRejected.self).first?.rejection?.code == "AW0011"
                }
            }
        }
    }
}
