import AgentWorkerDomain
import Core
import Postgres

@testable import AgentWorker

extension Catalogue {
    /// Every statement of the worker.
    static func agentWorker(_ pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await tasks(connection)
            try await effects(connection)
            try await incidents(connection)
        }
        try await alone(pool)
    }

    private static func task(_ id: String, _ stage: TaskState.Stage) -> StoredTask {
        StoredTask(
            id: id, executionID: "e", tenant: "a", task: "/do/0", function: "f", arguments: [1], deadline: moment(9),
            state: TaskState(attempt: 1, stage: stage), leases: 1, messageID: "m")
    }

    private static func leased(_ id: String) -> StoredTask { task(id, .leased(owner: "w", until: moment(9))) }

    private static let leased = leased("a")

    private static func tasks(_ connection: PostgresConnection) async throws {
        try await TaskTable.begin(
            [leased, task("b", .waiting(until: moment(0)))], at: moment(0), lease: .seconds(9), on: connection)
        _ = try await TaskTable.lock(["a", "b"], on: connection)
        _ = try await TaskTable.claim(["a": 1000, "b": 1], owner: "w", lease: .seconds(5), on: connection)
        let other = task("b", .leased(owner: "v", until: moment(0)))
        _ = try await TaskTable.lockLeased([leased, other], on: connection)
        try await TaskTable.suspend("b", for: .seconds(3), on: connection)
        try await TaskTable.hold(["b"], on: connection)
        try await TaskTable.resume(["b"], on: connection)
        try await TaskTable.cancel(["c"], at: moment(2), on: connection)
        try await TaskTable.finish(["c"], at: moment(2), on: connection)
        try await ResultTable.insert(
            [
                .init(
                    task: leased, fault: Fault(type: "t", status: 500),
                    usage: AgentLoop.Usage(inputTokens: 1, outputTokens: 2, calls: 3))
            ],
            worker: "w", at: moment(3), on: connection)
    }

    private static func opening(_ task: String, _ number: Int, _ effectClass: EffectClass) -> EffectTable.Opening {
        EffectTable.Opening(
            key: .init(taskID: task, number: number), attempt: 1, owner: "w", kind: "http", effectClass: effectClass,
            idempotencyKey: "k", target: "t")
    }

    private static func effects(_ connection: PostgresConnection) async throws {
        let openings = [opening("a", 1, .irreversible), opening("a", 2, .idempotent)]
        _ = try await EffectTable.open(openings, on: connection)
        // Again: the way of those that are known.
        _ = try await EffectTable.open(openings, on: connection)
        let keys = openings.map(\.key)
        _ = try await EffectTable.unsettled(keys, locks: true, on: connection)
        _ = try await EffectTable.unsettled(keys, on: connection)
        let outcome = EffectOutcome(status: 200, headers: [.init("a", "b")], body: [1, 2])
        let answers = zip(openings, [2, 1]).map { opening, dispatch in
            EffectTable.Answer(
                key: opening.key,
                content: EffectAnswer(dispatch: dispatch, effectClass: opening.effectClass, outcome: outcome))
        }
        _ = try await EffectTable.complete(answers, on: connection)
        _ = try await LateAnswerTable.insert(answers[0], at: moment(4), on: connection)
        _ = try await LateAnswerTable.load(keys[0], dispatch: 2, on: connection)
        _ = try await EffectTable.sending(keys[0], 1, on: connection)
        _ = try await EffectTable.load(keys[0], locks: true, on: connection)
        // Effects of one task that may be repeated, so that each is sent.
        _ = try await EffectTable.open((3...5).map { opening("a", $0, .idempotent) }, on: connection)
        _ = try await EffectTable.beginUndoing(.init(taskID: "a", number: 3), dispatch: 1, on: connection)
        try await EffectTable.undo(.init(taskID: "a", number: 3), dispatch: 1, isUndone: true, on: connection)
        _ = try await EffectTable.settle(.init(taskID: "a", number: 4), dispatch: 1, outcome, on: connection)
        try await EffectTable.carryOver(.init(taskID: "a", number: 4), to: 7, on: connection)
        _ = try await EffectTable.abandoned(after: .seconds(1), limit: 1000, on: connection)
    }

    private static func incidents(_ connection: PostgresConnection) async throws {
        let effect = EffectTable.Unsettled(
            key: .init(taskID: "a", number: 1), dispatch: 1, dispatchedAt: moment(0), age: .zero,
            effectClass: .irreversible, function: "f", target: "t")
        try await IncidentTable.raise([effect], at: moment(4), on: connection)
        _ = try await IncidentTable.lock("a:1:1", on: connection)
        _ = try await EffectTable.inQuestion(limit: 1000, on: connection)
        let outcome = EffectOutcome(status: 200, headers: [], body: [])
        _ = try await EffectTable.settle(effect.key, dispatch: 1, outcome, on: connection)
        _ = try await IncidentTable.answered(limit: 1000, on: connection)
        try await IncidentTable.close(
            "a:1:1", decision: "done", actor: "a", comment: "c", at: moment(5), on: connection)
    }

    private static func alone(_ pool: PostgresPool) async throws {
        let key = EffectTable.Key(taskID: "a", number: 1)
        _ = try await EffectTable.load(key, on: pool)
        _ = try await EffectTable.unsettled([key], on: pool)
        _ = try await IncidentTable.openCount(on: pool)
        _ = try await EffectTable.standing(of: opening("a", 1, .pure), on: pool)
        _ = try await TaskTable.renew(leased, lease: .seconds(4), on: pool)
        try await TaskTable.release(leased, after: .seconds(1), on: pool)
        try await pool.transaction { connection in
            // So that there is something to find: a task that is over, and an effect of it that is late at once.
            let (other, kept) = (leased("d"), leased("f"))
            try await TaskTable.begin([other, kept], at: moment(0), lease: .seconds(9), on: connection)
            _ = try await EffectTable.open([opening("d", 1, .irreversible)], on: connection)
            _ = try await ResultTable.fault(of: leased, on: connection)
            _ = try await TaskTable.read(["a", "d"], on: connection)
            try await TaskTable.finish(["a", "d"], at: moment(3), on: connection)
            try await TaskTable.reopen("d", on: connection)
            try await TaskTable.hold(["d"], on: connection)
            try await TaskTable.finish(["d"], at: moment(3), on: connection)
            _ = try await EffectTable.abandoned(after: .seconds(-9), limit: 1000, on: connection)
        }
        try await TaskTable.releaseAll(ofOwnersBeginning: "w", on: pool)
        try await pool.transaction { connection in
            _ = try await TaskTable.claim(["a": 1000], owner: "w", lease: .seconds(5), on: connection)
        }
        _ = try await TaskTable.endLongLeases(.seconds(-9), on: pool)
        try await pool.transaction { try await TaskTable.hold(["b"], on: $0) }
        _ = try await TaskTable.resumeForgotten(on: pool)
        _ = try await TaskTable.tenants(on: pool)
        _ = try await TaskTable.backlog(upTo: 1000, on: pool)
        _ = try await TaskTable.forget(before: moment(9), on: pool)
    }
}
