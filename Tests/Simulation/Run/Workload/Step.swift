import Core

/// One step of a random workflow. Its data is `{ id, log }`; each step writes its mark into the log, so that the log
/// tells what was done, in which order, and with what result.
indirect enum Step {
    /// Writes its mark.
    case mark(String)
    /// Reads a value; whatever fails is tried again.
    case look(String)
    /// Pays, under the key that the worker sends.
    case pay(String)
    /// Sends an e-mail; the server knows no keys.
    case mail(String)
    /// Asks the model.
    case ask(String)
    /// Calls what always refuses; the refusal is caught.
    case refused(String)
    /// Asks two people.
    case approve(String)
    /// Asks a policy: a pinned version, or the newest, of which nobody knows what it says.
    case judge(String, amount: Int, isPinned: Bool)
    case wait(String, milliseconds: Int)
    /// Goes one way or the other, by the length of the log.
    case choose(String, [Step], [Step])
    /// Goes through a list some times.
    case loop(String, times: Int, [Step])
    /// Branches side by side; their marks are put together in the order of the branches.
    case fork(String, [[Step]])
    /// A list of its own.
    case block(String, [Step])

    /// What stands in the log for what cannot be told beforehand.
    static let unknown = "?"
}

/// Makes random lists of steps.
struct StepMaker {
    var random: SplitMix64
    private var made = 0
    private var left: Int

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        left = 2 + Int(random.next() % 7)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func list(depth: Int = 0) -> [Step] {
        (0..<(1 + below(depth == 0 ? 4 : 2))).map { _ in step(depth: depth) }
    }

    private mutating func step(depth: Int) -> Step {
        made += 1
        left -= 1
        let name = "s\(made)"
        let mayNest = depth < 2 && left > 0
        switch below(mayNest ? 17 : 12) {
        case 0: return .mark(name)
        case 1: return .look(name)
        case 2, 3, 4: return .pay(name)
        case 5, 6: return .mail(name)
        case 7: return .ask(name)
        case 8: return .refused(name)
        case 9: return .approve(name)
        case 10: return .judge(name, amount: below(1000), isPinned: below(3) > 0)
        case 11: return .wait(name, milliseconds: 1 + below(8000))
        case 12: return .choose(name, list(depth: depth + 1), list(depth: depth + 1))
        case 13: return .loop(name, times: 1 + below(3), list(depth: depth + 1))
        case 14, 15: return .fork(name, (0..<(2 + below(2))).map { _ in list(depth: depth + 1) })
        default: return .block(name, list(depth: depth + 1))
        }
    }
}
