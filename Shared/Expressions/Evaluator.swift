import Core

/// What an evaluation has in common: counts every step and level against the budget.
final class Evaluator {
    private let program: Program
    let globals: [JSON]
    private(set) var stepsLeft: Int
    let largest: Int
    /// How many levels a value may have that is made or walked here.
    let deepestValue: Int
    private let unmeasured: Int
    private let deepest: Int
    private var depth = 0
    private var dived = 0
    /// Arrays and objects built so far: beyond a bound, each is measured for its depth.
    private var built = 0
    private var lastLabel = 0

    init(_ program: Program, _ globals: [JSON], _ budget: EvaluationBudget, deepest: Int) {
        (self.program, self.globals) = (program, globals)
        (stepsLeft, largest, self.deepest) = (budget.steps, budget.size, deepest)
        (deepestValue, unmeasured) = deepest > OwnStack.shallow ? (1000, 400) : (150, 60)
    }

    /// The body of a function that is called.
    func function(_ position: Int) -> Node { program.functions[position] }

    /// Counts so many steps.
    func step(_ count: Int = 1) throws(Signal) {
        stepsLeft -= count
        if stepsLeft < 0 { throw .exhausted(.steps) }
    }

    /// Counts a step and a level, which lasts until `leave`, or until an error is caught.
    func enter() throws(Signal) {
        stepsLeft -= 1
        depth += 1
        if stepsLeft < 0 || depth > deepest { throw .exhausted(stepsLeft < 0 ? .steps : .depth) }
    }

    func leave() { depth -= 1 }

    /// A label that nothing else has.
    func label() -> Int {
        lastLabel += 1
        return lastLabel
    }

    /// Runs what may leave early by throwing `leave` of the label that it gets.
    func leaving(_ body: (Int) throws(Signal) -> Void) throws(Signal) {
        let (mine, level, below) = (label(), depth, dived)
        do throws(Signal) {
            try body(mine)
        } catch {
            guard case .leave(mine) = error else { throw error }
            (depth, dived) = (level, below)
        }
    }

    /// Runs `body`, which is handed a label: gives what `body` raised, nil when nothing. What is raised further down
    /// comes wrapped in `downstream` with that label and is passed on.
    func catching(_ body: (Int) throws(Signal) -> Void) throws(Signal) -> JSON? {
        let (mine, level, below) = (label(), depth, dived)
        do throws(Signal) {
            try body(mine)
            return nil
        } catch {
            switch error {
            case .downstream(mine, let signal): throw signal
            case .raised(let value):
                (depth, dived) = (level, below)
                return value
            default: throw error
            }
        }
    }

    /// The value's size and whether all its numbers are finite. Refuses what is too large or too deep.
    func weigh(_ value: JSON) throws(Signal) -> (weight: Int, isFinite: Bool) {
        let found = value.weighed(stoppingAt: largest, atMost: deepestValue + unmeasured)
        if found.isTooDeep { throw .exhausted(.depth) }
        if found.weight > largest { throw .exhausted(.size) }
        return (found.weight, found.isFinite)
    }

    /// Counts a level of values that are compared, which lasts until `rise`, or until an error is caught.
    func dive() throws(Signal) {
        dived += 1
        if dived > deepestValue + unmeasured { throw .exhausted(.depth) }
    }

    func rise() { dived -= 1 }

    /// Refuses a text of so many bytes.
    func admit(bytes: Int) throws(Signal) {
        if bytes >> 4 > largest { throw .exhausted(.size) }
        try step(bytes >> 6)
    }

    /// Refuses what has so many elements.
    func admit(count: Int) throws(Signal) { if count > largest { throw .exhausted(.size) } }

    /// A value that holds others: nesting is bounded, since freeing a value takes as much stack as it has levels.
    func build(_ value: JSON) throws(Signal) -> JSON {
        built += 1
        if built > unmeasured { try measure(value, deepestValue) }
        return value
    }

    private func measure(_ value: JSON, _ left: Int) throws(Signal) {
        guard left > 0 else { throw .exhausted(.depth) }
        switch value {
        case .array(let elements): for element in elements where element.holds { try measure(element, left - 1) }
        case .object(let object): for (_, element) in object where element.holds { try measure(element, left - 1) }
        default: return
        }
        try step()
    }
}

extension JSON {
    var isTruthy: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }

    /// Whether it is an array or object with something in it.
    var holds: Bool {
        switch self {
        case .array(let elements): !elements.isEmpty
        case .object(let object): !object.isEmpty
        default: false
        }
    }
}
