import Contracts
import Core
import Engine
import Postgres
import SimulatedPostgres

/// What must hold when the world has come to rest.
struct Oracle {
    private let world: World
    private(set) var breaches: [String] = []

    init(_ world: World) {
        self.world = world
        breaches = world.journal.faults
        for execution in world.plan.executions { check(execution) }
        checkApprovals()
        checkVerdicts()
        checkTenants()
        for letter in world.journal.all(DeadlettersV1.MessageDied.self) {
            breaches.append("a message died: \(letter)")
        }
        let isUndisturbed = !world.sins.counts.keys.contains { $0.contains("tall") || $0.hasPrefix("slowStatement") }
        if isUndisturbed { breaches += world.outside.needless.map { "the model was asked needlessly: \($0)" } }
    }

    private mutating func require(_ condition: Bool, _ breach: @autoclosure () -> String) {
        if !condition { breaches.append(breach()) }
    }

    private mutating func check(_ execution: Plan.Execution) {
        let id = execution.id
        let events = world.journal.events[id] ?? [:]
        let count = Int64(events.count)
        require(count > 0 && events.keys.max() == count, "\(id): the log has gaps: \(events.keys.sorted())")
        let tombstones = try? world.databases[.orchestrator]?.query(
            "SELECT sequence, ending FROM tombstones WHERE id = \(id)")
        if let tombstone = tombstones?.first, let sequence = try? tombstone.int64("sequence") {
            require(sequence == count, "\(id): \(count) events are told, \(sequence) were decided")
        } else {
            breaches.append("\(id): the tombstone is missing")
        }
        guard let state = try? world.journal.state(of: id, upTo: count) else {
            return breaches.append("\(id): the log cannot be folded")
        }
        let ending = execution.isCancelled ? ExecutionStatus.cancelled : .completed
        require(state.status == ending, "\(id) ended as \(state.status): \(state.fault.map { "\($0)" } ?? "")")
        if execution.isCancelled { return }
        let expected = Expectation(execution.steps, id: id)
        let log = state.output?["log"]?.array?.map { $0.string ?? "" }
        require(log == expected.log, "\(id): the log is \(log ?? []), expected \(expected.log)")
        checkEffects(id, expected)
    }

    private mutating func checkEffects(_ id: String, _ expected: Expectation) {
        let charges = world.outside.charges.filter { $0.key.hasPrefix("\(id)/") }
        for step in Set(expected.payments + charges.keys).sorted() {
            let times = charges[step]?.count ?? 0
            require(times == (expected.payments.contains(step) ? 1 : 0), "\(step) was paid \(times) times")
        }
        let mails = world.outside.mails.filter { $0.key.hasPrefix("\(id)/") }
        for step in Set(expected.mails + mails.keys).sorted() {
            let times = mails[step] ?? 0
            require(times == (expected.mails.contains(step) ? 1 : 0), "\(step) was mailed \(times) times")
        }
    }

    private mutating func checkApprovals() {
        var endings: [String: Set<String>] = [:]
        var voters: [String: [String: Set<String>]] = [:]
        for decided in world.journal.all(ApprovalsV1.ApprovalDecided.self) {
            endings[decided.approvalID, default: []].insert(
                "\(decided.decision) by \(decided.actor) at \(decided.decidedUs)")
        }
        for expired in world.journal.all(ApprovalsV1.ApprovalExpired.self) {
            endings[expired.approvalID, default: []].insert("expired at \(expired.expiredUs)")
        }
        for vote in world.journal.all(ApprovalsV1.DecisionRecorded.self) {
            voters[vote.approvalID, default: [:]][vote.actor, default: []].insert(vote.commandID)
        }
        for (approval, endings) in endings.sorted(by: { $0.key < $1.key }) {
            require(endings.count == 1, "\(approval) ended in several ways: \(endings.sorted())")
        }
        for (approval, votes) in voters.sorted(by: { $0.key < $1.key }) {
            for (actor, commands) in votes.sorted(by: { $0.key < $1.key }) {
                require(commands.count == 1, "\(approval): \(actor) voted \(commands.count) times")
            }
        }
    }

    private mutating func checkVerdicts() {
        var verdicts: [String: Set<String>] = [:]
        for given in world.journal.all(PolicyV1.VerdictGiven.self) {
            verdicts[given.evaluationID, default: []].insert("\(given.outcome) by \(given.version) at \(given.givenUs)")
        }
        for (question, answers) in verdicts.sorted(by: { $0.key < $1.key }) {
            require(answers.count == 1, "\(question) got several verdicts: \(answers.sorted())")
        }
    }

    private mutating func checkTenants() {
        let tenants = Dictionary(uniqueKeysWithValues: world.plan.executions.map { ($0.id, $0.tenant) })
        for publication in world.journal.publications {
            let execution = String(publication.key.prefix { $0 != ":" && $0 != "/" })
            guard let tenant = tenants[execution] else { continue }
            require(
                publication.tenant == tenant, "\(publication.type) of \(execution) is told as \(publication.tenant)'s")
        }
    }
}
