import Core

/// Built-ins on any value.
enum Values {
    static let natives: [String: Native] = [
        "not/0": Native { input, _, _ throws(Signal) in .bool(!input.isTruthy) },
        "type/0": Native { input, _, _ throws(Signal) in .string(input.kind) },
        "length/0": Native { input, _, _ throws(Signal) in try length(input) },
        "utf8bytelength/0": Native { input, _, _ throws(Signal) in
            guard let text = input.string else {
                throw .message("\(described(input)) only strings have UTF-8 byte length")
            }
            return .integer(Int64(text.utf8.count))
        },
        "tostring/0": Native { input, _, evaluator throws(Signal) in .string(try Format.text.apply(input, evaluator)) },
        "tojson/0": Native { input, _, evaluator throws(Signal) in .string(try Format.json.apply(input, evaluator)) },
        "fromjson/0": Native { input, _, evaluator throws(Signal) in try parsed(input, evaluator) },
        "tonumber/0": Native { input, _, _ throws(Signal) in try toNumber(input) },
        "toboolean/0": Native { input, _, _ throws(Signal) in
            switch input {
            case .bool: return input
            case "true": return true
            case "false": return false
            default: throw .message("\(described(input)) cannot be parsed as a boolean")
            }
        },
        "has/1": Native { input, arguments, _ throws(Signal) in try has(input, arguments[0]) },
        "contains/1": Native { input, arguments, evaluator throws(Signal) in
            .bool(try contains(input, arguments[0], evaluator, 0))
        },
        "setpath/2": Native { input, arguments, evaluator throws(Signal) in
            guard let path = arguments[0].array else { throw .message("Path must be specified as an array") }
            try evaluator.step(path.count)
            return try evaluator.build(try Access.set(input, path[...], arguments[1], evaluator))
        },
        "delpaths/1": Native { input, arguments, evaluator throws(Signal) in
            guard let paths = arguments[0].array else { throw .message("Paths must be specified as an array") }
            var keys: [[JSON]] = []
            for path in paths {
                guard let path = path.array else { throw .message("Path must be specified as an array") }
                keys.append(path)
            }
            return try Access.delete(input, keys, evaluator)
        },
        "builtins/0": Native { _, _, _ throws(Signal) in
            let names = Array(Library.natives.keys) + Array(Library.definitions.keys) + Special.allCases.map(\.rawValue)
            return .array(names.filter { !$0.hasPrefix("_") }.sorted().map(JSON.string))
        },
    ]

    static func described(_ value: JSON) -> String { value.kind + Access.shownInParentheses(value) }

    static func length(_ input: JSON) throws(Signal) -> JSON {
        switch input {
        case .null: return 0
        case .bool: throw .message("\(described(input)) has no length")
        case .integer(let value): return value == .min ? .number(9.2233720368547758e18) : .integer(abs(value))
        case .number(let value): return Arithmetic.number(abs(value))
        case .string(let text): return .integer(Int64(text.unicodeScalars.count))
        case .array(let elements): return .integer(Int64(elements.count))
        case .object(let object): return .integer(Int64(object.count))
        }
    }

    private static func parsed(_ input: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        guard let text = input.string else { throw .message("\(described(input)) cannot be parsed as JSON") }
        try evaluator.step(text.utf8.count >> 2)
        if ["nan", "NaN", "-NaN", "-nan"].contains(text) { return .number(.nan) }
        do { return try evaluator.build(try JSON(parsing: text)) } catch {
            throw .message("Invalid JSON text (while parsing '\(text.prefix(60))')")
        }
    }

    private static func toNumber(_ input: JSON) throws(Signal) -> JSON {
        switch input {
        case .integer, .number: return input
        case .string(let text):
            let isPlain = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } && !text.isEmpty
            if isPlain, let value = Double(text) { return Parser.number(value, text) }
            if text == "nan" { return .number(.nan) }
        default: break
        }
        throw .message("\(described(input)) cannot be parsed as a number")
    }

    private static func has(_ input: JSON, _ key: JSON) throws(Signal) -> JSON {
        if input.isNull { return .bool(false) }
        switch (input, key) {
        case (.object(let object), .string(let name)): return .bool(object[name] != nil)
        case (.array(let elements), .integer(let at)): return .bool(at >= 0 && at < elements.count)
        case (.array(let elements), .number(let at)): return .bool(at >= 0 && at < Double(elements.count))
        default:
            throw .message("Cannot check whether \(input.kind) has a \(key.string == nil ? key.kind : "string") key")
        }
    }

    private static func contains(_ a: JSON, _ b: JSON, _ evaluator: Evaluator, _ depth: Int) throws(Signal) -> Bool {
        try evaluator.step()
        guard depth < evaluator.deepestValue else { throw .exhausted(.depth) }
        switch (a, b) {
        case (.object(let left), .object(let right)):
            for (key, value) in right {
                guard let own = left[key], try contains(own, value, evaluator, depth + 1) else { return false }
            }
            return true
        case (.array(let left), .array(let right)):
            for wanted in right {
                var found = false
                for own in left where own.kind == wanted.kind {
                    found = try contains(own, wanted, evaluator, depth + 1)
                    if found { break }
                }
                if !found { return false }
            }
            return true
        case (.string(let left), .string(let right)):
            return !Texts.positions(of: Array(right.utf8), in: Array(left.utf8), atMost: 1).isEmpty || right.isEmpty
        default:
            guard a.kind == b.kind else {
                // Deeper inside, what differs in kind is just not contained.
                if depth > 0 { return false }
                throw .message("\(described(a)) and \(described(b)) cannot have their containment checked")
            }
            return try Ordering.compare(a, b, evaluator) == 0
        }
    }
}
