import Core

/// `empty`
final class EmptyNode: Node {
    init() { super.init(isSingle: false) }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {}
}

/// `select(condition)`
final class SelectNode: Node {
    private let condition: Node

    init(_ condition: Node) {
        self.condition = condition
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        if condition.isSingle {
            if try condition.one(input, env, evaluator).isTruthy { try out(input) }
        } else {
            try condition.each(input, env, evaluator) { value throws(Signal) in
                if value.isTruthy { try out(input) }
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try condition.each(place.value, env, evaluator) { value throws(Signal) in
            if value.isTruthy { try out(place) }
        }
        evaluator.leave()
    }
}

/// `map(body)`
final class MapNode: Node {
    private let body: Node

    init(_ body: Node) {
        self.body = body
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var mapped: [JSON] = []
        if body.isSingle, case .array(let elements) = input {
            mapped.reserveCapacity(elements.count)
            for element in elements {
                try evaluator.step()
                mapped.append(try body.one(element, env, evaluator))
            }
        } else {
            try IterateNode.elements(of: input, evaluator) { element throws(Signal) in
                try body.each(element, env, evaluator) { value throws(Signal) in
                    mapped.append(value)
                    try evaluator.admit(count: mapped.count)
                }
            }
        }
        let value = try evaluator.build(.array(mapped))
        evaluator.leave()
        return value
    }
}

/// `any(source; condition)`, `all(source; condition)`
final class QuantifierNode: Node {
    private let isAny: Bool
    private let source: Node
    private let condition: Node

    init(isAny: Bool, _ source: Node, _ condition: Node) {
        (self.isAny, self.source, self.condition) = (isAny, source, condition)
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var result = !isAny
        try evaluator.leaving { mine throws(Signal) in
            try source.each(input, env, evaluator) { element throws(Signal) in
                try condition.each(element, env, evaluator) { value throws(Signal) in
                    guard value.isTruthy == isAny else { return }
                    result = isAny
                    throw .leave(mine)
                }
            }
        }
        evaluator.leave()
        return .bool(result)
    }
}

/// `isempty(body)`
final class IsEmptyNode: Node {
    private let body: Node

    init(_ body: Node) {
        self.body = body
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let found = try body.first(input, env, evaluator)
        evaluator.leave()
        return .bool(found == nil)
    }
}

/// `sort_by(key)` and those that sort for their own ends.
final class KeyedNode: Node {
    enum Purpose { case sort, group, unique, minimum, maximum }

    private let purpose: Purpose
    private let key: Node

    init(_ purpose: Purpose, _ key: Node) {
        (self.purpose, self.key) = (purpose, key)
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        guard case .array(let elements) = input else { throw refused(input) }
        try evaluator.enter()
        var pairs: [(key: JSON, value: JSON)] = []
        pairs.reserveCapacity(elements.count)
        for element in elements {
            // The keys are compared as arrays of results; one result alone compares as its array would.
            let own: JSON =
                key.isSingle
                ? try key.one(element, env, evaluator) : .array(try key.collect(element, env, evaluator))
            pairs.append((own, element))
        }
        let value = try result(pairs, evaluator)
        evaluator.leave()
        return value
    }

    private func result(_ pairs: [(key: JSON, value: JSON)], _ evaluator: Evaluator) throws(Signal) -> JSON {
        if purpose == .minimum || purpose == .maximum { return try extreme(pairs, evaluator) }
        let sorted = try Ordering.sorted(pairs, evaluator)
        guard purpose != .sort else { return .array(sorted.map(\.value)) }
        var groups: [[JSON]] = []
        for (position, pair) in sorted.enumerated() {
            if position > 0, try Ordering.compare(sorted[position - 1].key, pair.key, evaluator) == 0 {
                groups[groups.count - 1].append(pair.value)
            } else {
                groups.append([pair.value])
            }
        }
        return .array(purpose == .group ? groups.map(JSON.array) : groups.map { $0[0] })
    }

    private func extreme(_ pairs: [(key: JSON, value: JSON)], _ evaluator: Evaluator) throws(Signal) -> JSON {
        guard var best = pairs.first else { return .null }
        for pair in pairs.dropFirst() {
            let order = try Ordering.compare(pair.key, best.key, evaluator)
            if purpose == .minimum ? order < 0 : order >= 0 { best = pair }
        }
        return best.value
    }

    private func refused(_ value: JSON) -> Signal {
        let verb: String
        switch purpose {
        case .sort: verb = "sorted, as it is not an array"
        case .group, .unique: verb = "grouped, as it is not an array"
        case .minimum, .maximum: return .message("Cannot iterate over \(value.kind)")
        }
        return .message("\(value.kind)\(Access.shownInParentheses(value)) cannot be \(verb)")
    }
}
