import Core

/// A constant.
final class LiteralNode: Node {
    let value: JSON

    init(_ value: JSON) {
        self.value = value
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON { value }
}

/// A binding: how many links up the environment.
final class VariableNode: Node {
    private let up: Int

    init(_ up: Int) {
        self.up = up
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        guard let env else { preconditionFailure("compiled wrongly") }
        return env.value(up)
    }
}

/// A variable of the outside, by its place in `Program.globals`.
final class GlobalNode: Node {
    private let position: Int

    init(_ position: Int) {
        self.position = position
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        evaluator.globals[position]
    }
}

/// `@json` and the like, alone.
final class FormatNode: Node {
    private let format: Format

    init(_ format: Format) {
        self.format = format
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.step()
        return .string(try format.apply(input, evaluator))
    }
}

/// A text with programs in it.
final class StringNode: Node {
    enum Part {
        case text(String)
        case program(Node)
    }

    private let format: Format
    private let parts: [Part]
    /// A guess of how many bytes come out.
    private let likely: Int

    init(_ format: Format?, _ parts: [Part]) {
        (self.format, self.parts) = (format ?? .text, parts)
        likely = parts.reduce(0) { sum, part in
            if case .text(let text) = part { sum + text.utf8.count } else { sum + 12 }
        }
        super.init(
            isSingle: parts.allSatisfy { part in
                if case .program(let node) = part { node.isSingle } else { true }
            })
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var text = ""
        if likely > 15 { text.reserveCapacity(likely) }
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .program(let node):
                let value = try node.one(input, env, evaluator)
                if format == .text, case .string(let piece) = value {
                    text += piece
                } else if format == .text, case .integer(let number) = value {
                    text += String(number)
                } else {
                    text += try format.apply(value, evaluator)
                }
            }
            if text.utf8.count >> 4 > evaluator.largest { throw .exhausted(.size) }
        }
        try evaluator.admit(bytes: text.utf8.count)
        evaluator.leave()
        return .string(text)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try write(parts.count, "", input, env, evaluator, out)
    }

    /// The last part varies slowest, as in jq.
    private func write(
        _ count: Int, _ tail: String, _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) {
        guard count > 0 else { return try out(.string(tail)) }
        try evaluator.enter()
        try evaluator.admit(bytes: tail.utf8.count)
        switch parts[count - 1] {
        case .text(let text): try write(count - 1, text + tail, input, env, evaluator, out)
        case .program(let node):
            try node.each(input, env, evaluator) { value throws(Signal) in
                let text = try format.apply(value, evaluator)
                try write(count - 1, text + tail, input, env, evaluator, out)
            }
        }
        evaluator.leave()
    }
}

/// `[…]`: all results of a program.
final class ArrayNode: Node {
    private let inner: Node

    init(_ inner: Node) {
        self.inner = inner
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try evaluator.build(.array(try inner.collect(input, env, evaluator)))
        evaluator.leave()
        return value
    }
}

/// `[a, b, c]` of programs with one result each.
final class ListNode: Node {
    private let elements: [Node]

    init(_ elements: [Node]) {
        self.elements = elements
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var values: [JSON] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try element.one(input, env, evaluator)) }
        let value = try evaluator.build(.array(values))
        evaluator.leave()
        return value
    }
}

/// `{…}`
final class ObjectNode: Node {
    struct Member {
        let key: Node
        let value: Node
    }

    private let members: [Member]
    /// The keys, if they are constant and differ.
    private let names: [String]?

    init(_ members: [Member]) {
        self.members = members
        let constant = members.compactMap { ($0.key as? LiteralNode)?.value.string }
        names = constant.count == members.count && Set(constant).count == members.count ? constant : nil
        super.init(isSingle: members.allSatisfy { $0.key.isSingle && $0.value.isSingle })
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var object = JSONObject()
        object.reserve(members.count)
        if let names {
            for (at, member) in members.enumerated() {
                object.append(names[at], try member.value.one(input, env, evaluator))
            }
        } else {
            for member in members {
                let key = try Access.key(try member.key.one(input, env, evaluator))
                object[key] = try member.value.one(input, env, evaluator)
            }
        }
        let value = try evaluator.build(.object(object))
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try add(0, to: JSONObject(), input, env, evaluator, out)
    }

    private func add(
        _ position: Int, to object: JSONObject, _ input: JSON, _ env: Environment?, _ evaluator: Evaluator,
        _ out: Output
    ) throws(Signal) {
        guard position < members.count else { return try out(try evaluator.build(.object(object))) }
        try evaluator.enter()
        try members[position].key.each(input, env, evaluator) { key throws(Signal) in
            try members[position].value.each(input, env, evaluator) { value throws(Signal) in
                var next = object
                next[try Access.key(key)] = value
                try add(position + 1, to: next, input, env, evaluator, out)
            }
        }
        evaluator.leave()
    }
}
