import Core
import Patterns
import Synchronization

/// Built-ins on regular expressions: Oniguruma's syntax, by the engine in `Patterns`.
enum Regexes {
    static let natives: [String: Native] = [
        "test/1": Native { input, arguments, evaluator throws(Signal) in
            let (expression, flags) = try pair(arguments[0])
            return .bool(try !found(input, expression, flags, evaluator, atMost: 1).matches.isEmpty)
        },
        "test/2": Native { input, arguments, evaluator throws(Signal) in
            .bool(try !found(input, arguments[0], arguments[1], evaluator, atMost: 1).matches.isEmpty)
        },
        "_match/1": Native { input, arguments, evaluator throws(Signal) in
            let (expression, flags) = try pair(arguments[0])
            return try described(try found(input, expression, flags, evaluator), evaluator)
        },
        "_match/2": Native { input, arguments, evaluator throws(Signal) in
            try described(try found(input, arguments[0], arguments[1], evaluator), evaluator)
        },
        "_captured/0": Native { input, _, _ throws(Signal) in captured(input) },
        "_scan/2": Native { input, arguments, evaluator throws(Signal) in
            let found = try found(input, arguments[0], try global(arguments[1]), evaluator)
            var results: [JSON] = []
            for match in found.matches {
                let captures = match.captures.map { $0.map { JSON.string(found.text[$0]) } ?? .null }
                results.append(captures.isEmpty ? .string(found.text[match.range]) : .array(captures))
            }
            return .array(results)
        },
        "split/2": Native { input, arguments, evaluator throws(Signal) in
            let found = try found(input, arguments[0], try global(arguments[1]), evaluator)
            var (parts, start) = ([JSON](), 0)
            for match in found.matches {
                parts.append(.string(found.text[start..<max(start, match.range.lowerBound)]))
                start = match.range.upperBound
            }
            parts.append(.string(found.text[start..<found.text.count]))
            return .array(parts)
        },
        "_splice/2": Native { input, arguments, evaluator throws(Signal) in
            try spliced(input, arguments[0].array ?? [], arguments[1].array ?? [], evaluator)
        },
    ]

    static let definitions = #"""
        def match($val): _match($val)[];
        def match(re; mode): _match(re; mode)[];
        def capture($val): _match($val)[] | _captured;
        def capture(re; mods): _match(re; mods)[] | _captured;
        def scan($re): _scan($re; null)[];
        def scan($re; $flags): _scan($re; $flags)[];
        def splits($re): split($re; null)[];
        def splits($re; flags): split($re; flags)[];
        def sub($re; str; $flags): . as $in
            | _match($re; $flags) as $found
            | [$found[] | _captured | [str]] as $inserts
            | $in | _splice($found; $inserts)[];
        def sub($re; str): sub($re; str; "");
        def gsub($re; str; $flags): sub($re; str; $flags + "g");
        def gsub($re; str): sub($re; str; "g");
        """#

    private struct Found {
        let text: PatternText
        let names: [String?]
        let matches: [PatternMatch]
    }

    /// What is given in one argument: the expression, or an array of it and its flags.
    private static func pair(_ value: JSON) throws(Signal) -> (JSON, JSON) {
        switch value {
        case .string: return (value, .null)
        case .array(let elements) where !elements.isEmpty:
            return (elements[0], elements.count > 1 ? elements[1] : .null)
        default: throw .message("\(value.kind) not a string or array")
        }
    }

    private static func global(_ flags: JSON) throws(Signal) -> JSON {
        switch flags {
        case .null: return "g"
        case .string(let text): return .string("g" + text)
        default: throw .message("\(Values.described(flags)) is not a string")
        }
    }

    private static func found(
        _ input: JSON, _ expression: JSON, _ flags: JSON, _ evaluator: Evaluator, atMost: Int = .max
    ) throws(Signal) -> Found {
        guard let text = input.string else {
            throw .message("\(Values.described(input)) cannot be matched, as it is not a string")
        }
        guard let source = expression.string else {
            throw .message("\(Values.described(expression)) cannot be matched, as it is not a string")
        }
        let (options, isGlobal) = try Self.options(flags)
        try evaluator.step(source.utf8.count + text.utf8.count >> 2)
        let pattern = try Compiled.pattern(source, options)
        let scalars = PatternText(text)
        var (matches, start) = ([PatternMatch](), 0)
        while start <= scalars.count, let match = try next(pattern, scalars, start, evaluator) {
            matches.append(match)
            try evaluator.step(1 + match.captures.count)
            try evaluator.admit(count: matches.count * (1 + match.captures.count))
            guard isGlobal, matches.count < atMost else { break }
            start = match.range.isEmpty ? max(start, match.range.upperBound) + 1 : match.range.upperBound
        }
        return Found(text: scalars, names: pattern.groupNames, matches: matches)
    }

    /// Steps of a search are finer than those of an evaluation: four count as one.
    private static func next(_ pattern: Pattern, _ text: PatternText, _ start: Int, _ evaluator: Evaluator)
        throws(Signal) -> PatternMatch?
    {
        let before = evaluator.stepsLeft
        var steps = before > Int.max / 4 ? Int.max : before * 4
        do {
            let match = try pattern.firstMatch(in: text, from: start, steps: &steps)
            try evaluator.step(before - steps / 4)
            return match
        } catch {
            throw .exhausted(.steps)
        }
    }

    private static func options(_ flags: JSON) throws(Signal) -> (PatternOptions, isGlobal: Bool) {
        guard !flags.isNull else { return ([], false) }
        guard let letters = flags.string else { throw .message("\(Values.described(flags)) is not a string") }
        var (options, isGlobal) = (PatternOptions(), false)
        for letter in letters.unicodeScalars {
            switch letter {
            case "g": isGlobal = true
            case "i": options.insert(.ignoresCase)
            case "x": options.insert(.extended)
            case "n": options.insert(.ignoresEmptyMatches)
            case "l": options.insert(.findsLongest)
            case "m", "p": options.insert(.dotMatchesNewlines)
            // `^` and `$` stand for the whole text in any case.
            case "s": break
            default: throw .message("\(letters) is not a valid modifier string")
            }
        }
        return (options, isGlobal)
    }

    private static func described(_ found: Found, _ evaluator: Evaluator) throws(Signal) -> JSON {
        var (matches, bytes) = ([JSON](), 0)
        for match in found.matches {
            var captures: [JSON] = []
            for (position, range) in match.captures.enumerated() {
                let name = found.names[position].map(JSON.string) ?? .null
                bytes += 4 * (range?.count ?? 0)
                captures.append(.object(part(range, found.text, [("name", name)])))
            }
            bytes += 4 * match.range.count
            try evaluator.admit(bytes: bytes)
            matches.append(.object(part(match.range, found.text, [("captures", .array(captures))])))
        }
        return .array(matches)
    }

    private static func part(_ range: Range<Int>?, _ text: PatternText, _ more: [(String, JSON)]) -> JSONObject {
        JSONObject(
            [
                ("offset", .integer(Int64(range?.lowerBound ?? -1))), ("length", .integer(Int64(range?.count ?? 0))),
                ("string", range.map { .string(text[$0]) } ?? .null),
            ] + more)
    }

    /// The named captures of a match as an object.
    private static func captured(_ match: JSON) -> JSON {
        var object = JSONObject()
        for capture in match["captures"]?.array ?? [] {
            if let name = capture["name"]?.string { object[name] = capture["string"] ?? .null }
        }
        return .object(object)
    }

    /// One text for each of the values that replace the first match, the second value of each match making the
    /// second text, and so on.
    private static func spliced(_ input: JSON, _ matches: [JSON], _ inserts: [JSON], _ evaluator: Evaluator)
        throws(Signal) -> JSON
    {
        guard let string = input.string else { return [input] }
        let text = PatternText(string)
        var (results, previous) = ([JSON](), 0)
        for (match, values) in zip(matches, inserts) {
            let (offset, length) = (match["offset"]?.int ?? 0, match["length"]?.int ?? 0)
            let gap = JSON.string(text[previous..<max(previous, offset)])
            for (position, value) in (values.array ?? []).enumerated() {
                let piece = try Arithmetic.add(gap, value, evaluator)
                if position < results.count {
                    results[position] = try Arithmetic.add(results[position], piece, evaluator)
                } else {
                    results.append(piece)
                }
            }
            previous = offset + length
        }
        if results.isEmpty { return [input] }
        let rest = JSON.string(text[previous..<text.count])
        for position in results.indices {
            results[position] = try Arithmetic.add(results[position], rest, evaluator)
        }
        return .array(results)
    }
}

/// Compiled patterns, kept from one use to the next: a program uses the same few over and over.
private enum Compiled {
    private struct Key: Hashable {
        let source: String
        let options: PatternOptions
    }

    private static let kept = Mutex<[Key: Pattern]>([:])

    static func pattern(_ source: String, _ options: PatternOptions) throws(Signal) -> Pattern {
        let key = Key(source: source, options: options)
        if let known = kept.withLock({ $0[key] }) { return known }
        do {
            let pattern = try Pattern(source, options: options)
            kept.withLock { patterns in
                if patterns.count >= 256 { patterns.removeAll() }
                if source.utf8.count <= 1024 { patterns[key] = pattern }
            }
            return pattern
        } catch {
            guard case .syntax(let message, _) = error else { throw .exhausted(.steps) }
            throw .message("\(source) (at offset 0) is not a valid regex: \(message)")
        }
    }
}
