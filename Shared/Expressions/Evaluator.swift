import Core

/// Runs a program: results are handed on one by one to what follows. Counts every step and level against the budget.
final class Evaluator {
    typealias Output = (Place) throws(Signal) -> Void

    let program: Program
    let globals: [JSON]
    var stepsLeft: Int
    let largest: Int
    private let deepest: Int
    private var depth = 0
    /// Arrays and objects built so far: beyond a bound, each is measured for its depth.
    private var built = 0
    var lastLabel = 0

    init(_ program: Program, _ globals: [JSON], _ budget: EvaluationBudget) {
        (self.program, self.globals) = (program, globals)
        (stepsLeft, largest, deepest) = (budget.steps, budget.size, budget.depth)
    }

    func step(_ count: Int = 1) throws(Signal) {
        stepsLeft -= count
        if stepsLeft < 0 { throw .exhausted(.steps) }
    }

    private func enter() throws(Signal) {
        depth += 1
        if depth > deepest { throw .exhausted(.depth) }
    }

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
        if built > 400 { try measure(value, 1500) }
        return value
    }

    private func measure(_ value: JSON, _ left: Int) throws(Signal) {
        guard left > 0 else { throw .exhausted(.depth) }
        switch value {
        case .array(let elements): for element in elements where element.holds { try measure(element, left - 1) }
        case .object(let object): for element in object.values where element.holds { try measure(element, left - 1) }
        default: return
        }
        try step()
    }

    /// All results, as values.
    func each(_ node: Node, _ input: JSON, _ env: Environment?, _ out: (JSON) throws(Signal) -> Void) throws(Signal) {
        if node.isSingle { return try out(try one(node, input, env)) }
        try run(node, Place(input), env) { place throws(Signal) in try out(place.value) }
    }

    /// The result of a program that gives exactly one.
    func one(_ node: Node, _ input: JSON, _ env: Environment?) throws(Signal) -> JSON {
        try step()
        switch node.operation {
        case .identity: return input
        case .literal(let value): return value
        case .variable(let up): return variable(up, env)
        case .global(let at): return globals[at]
        default: break
        }
        try enter()
        defer { depth -= 1 }
        switch node.operation {
        case .index(let target, let key):
            if case .identity = target.operation, case .literal(let key) = key.operation {
                return try Access.get(input, key)
            }
            let key = try one(key, input, env)
            return try Access.get(try one(target, input, env), key)
        case .pipe(let left, let right): return try one(right, try one(left, input, env), env)
        case .binary(let kind, let left, let right):
            let right = try one(right, input, env)
            return try Arithmetic.apply(kind, try one(left, input, env), right, self)
        case .conditional(let condition, let yes, let no):
            if try one(condition, input, env).isTruthy { return try one(yes, input, env) }
            return try no.map { node throws(Signal) in try one(node, input, env) } ?? input
        case .and(let left, let right):
            guard try one(left, input, env).isTruthy else { return .bool(false) }
            return .bool(try one(right, input, env).isTruthy)
        case .or(let left, let right):
            if try one(left, input, env).isTruthy { return .bool(true) }
            return .bool(try one(right, input, env).isTruthy)
        default: return try theOne(node, input, env)
        }
    }

    private func theOne(_ node: Node, _ input: JSON, _ env: Environment?) throws(Signal) -> JSON {
        switch node.operation {
        case .object(let members):
            var object = JSONObject()
            for member in members {
                let key = try one(member.key, input, env)
                object[try Access.key(key)] = try one(member.value, input, env)
            }
            return try build(.object(object))
        case .array(let inner): return try collect(inner, input, env)
        case .format(let format): return .string(try format.apply(input, self))
        case .negate(let inner):
            let value = try one(inner, input, env)
            guard value.double != nil else { throw .message("\(Values.described(value)) cannot be negated") }
            return Arithmetic.negated(value)
        case .string(let format, let parts):
            var text = ""
            for part in parts {
                switch part {
                case .text(let piece): text += piece
                case .program(let node): text += try (format ?? .text).apply(try one(node, input, env), self)
                }
                try admit(bytes: text.utf8.count)
            }
            return .string(text)
        case .native(let native, let arguments):
            var values: [JSON] = []
            for argument in arguments { values.append(try one(argument, input, env)) }
            return try native.apply(input, values, self)
        default:
            var result = JSON.null
            try run(node, Place(input), env, skipsOne: true) { place throws(Signal) in result = place.value }
            return result
        }
    }

    func collect(_ inner: Node?, _ input: JSON, _ env: Environment?) throws(Signal) -> JSON {
        var elements: [JSON] = []
        if let inner {
            try each(inner, input, env) { value throws(Signal) in
                elements.append(value)
                try admit(count: elements.count)
            }
        }
        return try build(.array(elements))
    }

    func link(_ up: Int, _ env: Environment?) -> Environment? {
        var link = env
        for _ in 0..<up { link = link?.parent }
        return link
    }

    private func variable(_ up: Int, _ env: Environment?) -> JSON {
        guard case .value(let value)? = link(up, env)?.slot else { preconditionFailure("compiled wrongly") }
        return value
    }

    /// All results with their places. Tail positions loop instead of nesting: steps alone bound recursion there.
    func run(
        _ node: Node, _ place: Place, _ env: Environment?, skipsOne: Bool = false, _ out: Output
    ) throws(Signal) {
        try enter()
        defer { depth -= 1 }
        var (node, place, env, skipsOne) = (node, place, env, skipsOne)
        while true {
            try step()
            if !skipsOne, case .off = place.path, node.isSingle {
                return try out(Place(try one(node, place.value, env)))
            }
            skipsOne = false
            switch node.operation {
            case .pipe(let left, let right):
                if left.isSingle, case .off = place.path {
                    place = Place(try one(left, place.value, env))
                    node = right
                    continue
                }
                let here = env
                return try run(left, place, here) { place throws(Signal) in try run(right, place, here, out) }
            case .conditional(let condition, let yes, let no):
                if condition.isSingle {
                    let holds = try one(condition, place.value, env).isTruthy
                    guard let next = holds ? yes : no else { return try out(place) }
                    node = next
                    continue
                }
                return try conditional(condition, yes, no, place, env, out)
            case .call(let function, let up, let arguments):
                var inner = link(up, env)
                for argument in arguments { inner = Environment(.closure(argument), inner, captured: env) }
                (node, env) = (program.functions[function], inner)
            case .closure(let up):
                guard let link = link(up, env), case .closure(let body) = link.slot else {
                    preconditionFailure("compiled wrongly")
                }
                (node, env) = (body, link.captured)
            case .bind(let source, let branches):
                if source.isSingle, branches.count == 1, case .variable = branches[0].pattern {
                    env = Environment(.value(try one(source, place.value, env)), env)
                    node = branches[0].body
                    continue
                }
                return try bind(source, branches, place, env, out)
            default: return try step(node, place, env, out)
            }
        }
    }

    private func conditional(
        _ condition: Node, _ yes: Node, _ no: Node?, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        try each(condition, place.value, env) { value throws(Signal) in
            guard let next = value.isTruthy ? yes : no else { return try out(place) }
            try run(next, place, env, out)
        }
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
