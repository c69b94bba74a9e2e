import Core

/// `.`
final class IdentityNode: Node {
    init() { super.init(isSingle: true) }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON { input }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try out(place)
    }
}

/// `.a.b`: members by constant names, one inside the other.
final class MembersNode: Node {
    let target: Node
    let names: [String]
    /// Whether the target is `.`.
    let isOfInput: Bool

    init(_ target: Node, _ names: [String]) {
        (self.target, self.names, isOfInput) = (target, names, target is IdentityNode)
        super.init(isSingle: target.isSingle)
    }

    private func reached(_ value: JSON) throws(Signal) -> JSON {
        if let found = value.reached(by: names) { return found }
        var current = value
        for name in names { current = try Access.get(current, .string(name)) }
        return current
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        if isOfInput {
            try evaluator.step(names.count)
            return try reached(input)
        }
        try evaluator.enter()
        let value = try reached(try target.one(input, env, evaluator))
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try target.each(input, env, evaluator) { value throws(Signal) in try out(try reached(value)) }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try target.places(place, env, evaluator) { place throws(Signal) in
            var place = place
            for name in names { place = try Access.get(place, .string(name)) }
            try out(place)
        }
        evaluator.leave()
    }
}

/// `.[key]`
final class IndexNode: Node {
    private let target: Node
    private let key: Node
    /// The key, if it is a constant whole number.
    private let position: Int?

    init(_ target: Node, _ key: Node) {
        (self.target, self.key) = (target, key)
        if case .integer(let at)? = (key as? LiteralNode)?.value { position = Int(at) } else { position = nil }
        super.init(isSingle: target.isSingle && key.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value: JSON
        if let position, case .array(let elements) = try target.one(input, env, evaluator) {
            value = Access.element(elements, position)
        } else {
            let key = try key.one(input, env, evaluator)
            value = try Access.get(try target.one(input, env, evaluator), key)
        }
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try key.each(input, env, evaluator) { key throws(Signal) in
            try target.each(input, env, evaluator) { value throws(Signal) in try out(try Access.get(value, key)) }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try key.each(place.value, env, evaluator) { key throws(Signal) in
            try target.places(place, env, evaluator) { place throws(Signal) in try out(try Access.get(place, key)) }
        }
        evaluator.leave()
    }
}

/// `.[lower:upper]`
final class SliceNode: Node {
    private let target: Node
    private let lower: Node
    private let upper: Node

    init(_ target: Node, _ lower: Node?, _ upper: Node?) {
        let none = LiteralNode(.null)
        (self.target, self.lower, self.upper) = (target, lower ?? none, upper ?? none)
        super.init(isSingle: target.isSingle && self.lower.isSingle && self.upper.isSingle)
    }

    private func bounds(
        _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) {
        try upper.each(input, env, evaluator) { upper throws(Signal) in
            try lower.each(input, env, evaluator) { lower throws(Signal) in
                try out(.object(["start": lower, "end": upper]))
            }
        }
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let upper = try upper.one(input, env, evaluator)
        let bounds: JSONObject = ["start": try lower.one(input, env, evaluator), "end": upper]
        let value = try Access.get(try target.one(input, env, evaluator), .object(bounds))
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try bounds(input, env, evaluator) { key throws(Signal) in
            try target.each(input, env, evaluator) { value throws(Signal) in try out(try Access.get(value, key)) }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try bounds(place.value, env, evaluator) { key throws(Signal) in
            try target.places(place, env, evaluator) { place throws(Signal) in try out(try Access.get(place, key)) }
        }
        evaluator.leave()
    }
}

/// `.[]`
final class IterateNode: Node {
    private let target: Node

    init(_ target: Node) {
        self.target = target
        super.init(isSingle: false)
    }

    /// The elements of an array or the values of an object.
    static func elements(of value: JSON, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        switch value {
        case .array(let elements):
            for element in elements {
                try evaluator.step()
                try out(element)
            }
        case .object(let object):
            for (_, element) in object {
                try evaluator.step()
                try out(element)
            }
        default: throw refused(value)
        }
    }

    static func elements(of place: Place, _ evaluator: Evaluator, _ out: PlaceOutput) throws(Signal) {
        try Access.mustHavePlace(place, "iterate through")
        let cost = 1 + place.path.length >> 3
        switch place.value {
        case .array(let elements):
            for (position, element) in elements.enumerated() {
                try evaluator.step(cost)
                try out(Access.below(place, .integer(Int64(position)), element))
            }
        case .object(let object):
            for (key, value) in object {
                try evaluator.step(cost)
                try out(Access.below(place, .string(key), value))
            }
        default: throw refused(place.value)
        }
    }

    private static func refused(_ value: JSON) -> Signal {
        .message("Cannot iterate over \(value.kind)\(Access.shownInParentheses(value))")
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        if target.isSingle {
            try Self.elements(of: try target.one(input, env, evaluator), evaluator, out)
        } else {
            try target.each(input, env, evaluator) { value throws(Signal) in
                try Self.elements(of: value, evaluator, out)
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try target.places(place, env, evaluator) { place throws(Signal) in
            try Self.elements(of: place, evaluator, out)
        }
        evaluator.leave()
    }
}

/// `..`
final class DescendNode: Node {
    init() { super.init(isSingle: false) }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        // Depth first without nesting: children are pushed in reverse.
        var pending = [input]
        while let next = pending.popLast() {
            try evaluator.step()
            try out(next)
            switch next {
            case .array(let elements): pending.append(contentsOf: elements.reversed())
            case .object(let object): pending.append(contentsOf: object.values.reversed())
            default: break
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        var pending = [place]
        while let next = pending.popLast() {
            try evaluator.step()
            try out(next)
            guard next.value.holds else { continue }
            var found: [Place] = []
            try IterateNode.elements(of: next, evaluator) { place throws(Signal) in found.append(place) }
            pending.append(contentsOf: found.reversed())
        }
        evaluator.leave()
    }
}

/// `getpath(path)`
final class GetPathNode: Node {
    private let path: Node

    init(_ path: Node) {
        self.path = path
        super.init(isSingle: path.isSingle)
    }

    private func keys(_ path: JSON, _ evaluator: Evaluator) throws(Signal) -> [JSON] {
        guard let keys = path.array else { throw .message("Path must be specified as an array") }
        try evaluator.step(keys.count)
        return keys
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let keys = try keys(try path.one(input, env, evaluator), evaluator)
        let value = try Access.get(input, path: keys[...])
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try path.each(input, env, evaluator) { path throws(Signal) in
            try out(try Access.get(input, path: try keys(path, evaluator)[...]))
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try path.each(place.value, env, evaluator) { path throws(Signal) in
            let keys = try keys(path, evaluator)
            let value = try Access.get(place.value, path: keys[...])
            guard case .at(let base) = place.path else { throw Access.invalidPath(place.value) }
            try out(Place(value, .at(base + keys)))
        }
        evaluator.leave()
    }
}
