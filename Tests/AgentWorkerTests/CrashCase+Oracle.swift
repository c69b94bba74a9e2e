import AgentWorkerDomain
import Contracts
import Core
import Postgres
import TestKit

@testable import AgentWorker

extension CrashCase {
    /// Before anybody has decided: nothing was sent twice, and only e-mails are in question.
    func checkHeld() throws {
        let held = try heldTasks()
        for task in tasks {
            try require(!held.contains(task.id) || task.kind == .mail, "\(task.id) \(task.kind) is held")
            try require(counterparts.mails(task.id) <= 1, "\(task.id) was mailed \(counterparts.mails(task.id)) times")
        }
    }

    /// A person who has looked into the mailbox decides about one incident; its id, nil when there is none.
    mutating func decide() async throws -> String? {
        guard let incident = try incidents().first else { return nil }
        let canRetry = !Self.isLate(incident.incidentID) && counterparts.mails(incident.taskID) == 0
        let choices: [AgentsV1.IncidentDecision] = canRetry ? [.retry, .fail] : [.done, .fail]
        let decision = choices[pick(choices.count)]
        try await bench.take([
            AgentsV1.DecideIncident(
                commandID: "c-\(incident.incidentID)", incidentID: incident.incidentID, taskID: incident.taskID,
                decision: decision, result: CoreV1.Payload(json: ["sent": .string(incident.taskID)]), actor: "ann")
        ])
        return incident.incidentID
    }

    /// In the end.
    func check() async throws {
        let ends = Dictionary(grouping: try ended(), by: \.task)
        let failed = Set(
            try bench.sink.all(AgentsV1.IncidentDecided.self).filter {
                $0.decision == .fail && !Self.isLate($0.incidentID)
            }.map(\.taskID))
        let told = try lateAnswers()
        try require(isStall || told.isEmpty, "the dead have answered: \(told)")
        for task in tasks {
            let outcomes = Set((ends[task.id] ?? []).map(\.ok))
            try require(outcomes.count == 1, "\(task.id) \(task.kind) ended with \(outcomes)")
            try require(outcomes == [!failed.contains(task.id)], "\(task.id) \(task.kind) ended wrongly")
            let late = told.filter { $0.taskID == task.id }
            let journal = try await JournalLog.read(task.id, on: bench.pool)
            try await checkSendings(task, failed.contains(task.id), late)
            for (number, entries) in journal {
                if let flaw = JournalLog.flaw(entries) { try require(false, "\(task.id), effect \(number): \(flaw)") }
            }
            if task.kind == .model { try checkModel(task.id, late, journal) }
        }
    }

    /// Once; or as often as incidents say, where a system acted later than its rule's `settle`.
    private func checkSendings(
        _ task: (id: String, kind: Kind), _ isFailed: Bool, _ late: [AgentsV1.AnswerCameLate]
    ) async throws {
        let raised = try bench.sink.all(AgentsV1.IncidentRaised.self).filter {
            $0.taskID == task.id && Self.isLate($0.incidentID)
        }
        let incidents = Set(raised.map(\.incidentID))
        var expected: Set<String> = []
        for answer in late where try await contradicts(answer) {
            expected.insert(
                Incident.id(
                    taskID: task.id, number: Int(answer.number), dispatch: Int(answer.dispatch), isLate: true))
        }
        try require(incidents == expected, "\(task.id): \(incidents) told of \(late)")
        let contradictions = incidents.count
        let count: Int
        switch task.kind {
        case .pay: count = counterparts.payments(task.id)
        case .mail: count = counterparts.mails(task.id)
        case .order: count = counterparts.orders(task.id)
        case .booking: count = counterparts.bookings(task.id)
        case .model: return
        }
        if isFailed, count == 0 { return }
        try require(count == 1 + contradictions, "\(task.id): \(count) \(task.kind), \(contradictions) told of")
    }

    /// Whether an answer contradicts what was decided without it: then, or by a decision that came after it.
    private func contradicts(_ answer: AgentsV1.AnswerCameLate) async throws -> Bool {
        if answer.contradicts { return true }
        let key = EffectTable.Key(taskID: answer.taskID, number: Int(answer.number))
        return try await bench.pool.withConnection { connection in
            let effect = try await EffectTable.load(key, on: connection)
            let late = try await LateAnswerTable.load(key, dispatch: Int(answer.dispatch), on: connection)
            return late.flatMap { effect?.receive($0) } == .late(contradicts: true)
        }
    }

    /// Each question has a dispatch of its own, older than any answer; each answer beyond the first is told of.
    private func checkModel(
        _ task: String, _ late: [AgentsV1.AnswerCameLate], _ journal: [Int: [JournalLog.Entry]]
    ) throws {
        let turns = Set(try bench.sink.all(AgentsV1.TurnRecorded.self).filter { $0.taskID == task }.map(\.turn))
        try require(turns == [1, 2], "turns told of: \(turns)")
        for turn in 1...2 {
            let asked = counterparts.asked("\(task)/turn/\(turn)")
            let sendings = JournalLog.sendings(journal[turn] ?? [])
            try require((1...max(1, sendings)).contains(asked), "turn \(turn): asked \(asked) times of \(sendings)")
            let bought = 1 + late.count { $0.number == turn }
            try require(isStall ? asked == bought : bought == 1, "turn \(turn): asked \(asked) times, \(bought) told")
        }
    }

    private func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        guard condition else { throw TestFailure("\(what()) (\(self))") }
    }
}
