import Core

/// What must come of an execution, by a reading of the steps that knows nothing of the engine.
struct Expectation {
    /// The log at the end.
    private(set) var log: [String] = []
    private(set) var payments: [String] = []
    private(set) var mails: [String] = []
    private(set) var questions: [String] = []
    private(set) var approvals: [String] = []
    /// How many policy questions are asked.
    private(set) var verdicts = 0
    private let id: String

    init(_ steps: [Step], id: String) {
        self.id = id
        run(steps)
    }

    private mutating func run(_ steps: [Step]) { for step in steps { run(step) } }

    private func key(_ name: String) -> String { "\(id)/\(name)/\(log.count)" }

    private mutating func run(_ step: Step) {
        switch step {
        case .mark(let name): log.append(name)
        case .look(let name): log.append("\(name):\(Outside.value(of: name))")
        case .pay(let name):
            payments.append(key(name))
            log.append("\(name):\(Outside.receipt(for: key(name)))")
        case .mail(let name):
            mails.append(key(name))
            log.append("\(name):\(Outside.sent(key(name)))")
        case .ask(let name):
            questions.append(key(name))
            log.append("\(name):\(Outside.answer(to: key(name)))")
        case .refused(let name): log.append("\(name):402")
        case .approve(let name):
            approvals.append(key(name))
            log.append("\(name):\(People.verdict(on: key(name)))")
        case .judge(let name, let amount, let isPinned):
            verdicts += 1
            log.append("\(name):\(isPinned ? (amount > 500 ? "review" : "allow") : Step.unknown)")
        case .wait: break
        case .choose(let name, let left, let right):
            run(log.count % 2 == 0 ? left : right)
            log.append(name)
        case .loop(_, let times, let steps): for _ in 0..<times { run(steps) }
        case .block(_, let steps): run(steps)
        case .fork(_, let branches):
            let before = log
            var joined: [String] = []
            for branch in branches {
                log = before
                run(branch)
                joined += log[before.count...]
            }
            log = before + joined
        }
    }
}
