import Core

/// Random programs over a grammar. Each is given the kind of its input, so that most of them get somewhere; none
/// loops without end.
struct ProgramGenerator {
    /// What `.` is where a program is to stand.
    enum Dot { case document, number, string, numbers, records, record, any }

    private var random: SplitMix64
    private var variables = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private mutating func pick(_ options: [String]) -> String { options[below(options.count)] }

    /// What programs are put together of, by kind.
    private static let phrases: [String: [String]] = {
        var phrases: [String: [String]] = [:]
        for line in (try? resource("phrases.tsv"))?.split(separator: "\n") ?? [] where !line.hasPrefix("# ") {
            let columns = line.split(separator: "\t", maxSplits: 1).map(String.init)
            phrases[columns[0], default: []].append(columns[1])
        }
        return phrases
    }()

    private mutating func phrase(_ kind: String) -> String { pick(Self.phrases[kind] ?? []) }

    /// A document with the members that the programs reach for.
    mutating func document() -> String {
        let texts = [
            "", "a", "abc", "a,b, c", "Été", "x y  z", "12", "-3.5", "foo bar foo", "2026-11-21T08:30:00Z", "ß<&\\\"'",
        ]
        let numbers = ["0", "1", "-1", "2", "3.5", "10", "-7.25", "1000000", "0.1", "255"]
        let anything = ["null", "true", "false", "[]", "{}", "[null]", "{\"k\":[1]}", "\"s\"", "7"]
        func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
        let b = (0..<below(5)).map { _ in pick(numbers) }
        let e = (0..<below(4)).map { _ in
            "{\"k\":\(pick(numbers)),\"name\":\"\(pick(texts))\",\"on\":\(pick(["true", "false", "null"]))}"
        }
        let d = "{\"x\":\(pick(numbers)),\"y\":{\"z\":\(pick(anything))}}"
        return """
            {"a":\(pick(numbers)),"b":\(list(b)),"c":"\(pick(texts))","d":\(d),"e":\(list(e)),"f":\(pick(anything))}
            """
    }

    mutating func program() -> String { any(.document, 4) }

    mutating func any(_ dot: Dot, _ depth: Int) -> String {
        guard depth > 0 else { return leaf(dot) }
        switch below(16) {
        case 0, 1: return number(dot, depth)
        case 2, 3: return string(dot, depth)
        case 4, 5: return array(dot, depth)
        case 6, 7: return object(dot, depth)
        case 8: return truth(dot, depth)
        case 9, 10: return stream(dot, depth)
        case 11: return update(dot, depth)
        case 12: return control(dot, depth)
        case 13: return paths(dot, depth)
        case 14: return "(\(any(dot, depth - 1)) | \(any(.any, depth - 1)))"
        default: return leaf(dot)
        }
    }

    private mutating func leaf(_ dot: Dot) -> String {
        switch dot {
        case .document:
            pick([".", ".a", ".b", ".c", ".d", ".d.x", ".d.y.z", ".e", ".f", ".g", ".e[0]", ".b[-1]", "1", "null"])
        case .record: pick([".", ".k", ".name", ".on", "\"n\"", ".missing"])
        case .any: pick([".", ".[0]?", ".a?", "type", "length?", "3", "\"t\"", "tojson", "not"])
        default: pick([".", "0", "1", "\"q\"", "[]", "type"])
        }
    }

    mutating func number(_ dot: Dot, _ depth: Int) -> String {
        guard depth > 0 else {
            switch dot {
            case .document: return pick([".a", ".d.x", ".b[0]", "2", "(.b|length)", "-1.5"])
            case .number: return pick([".", "1", ". + 1"])
            case .string, .numbers, .records: return pick(["length", "2"])
            case .record: return pick([".k", "1"])
            case .any: return pick(["1", "2.5", "(length? // 0)"])
            }
        }
        let next = depth - 1
        switch below(9) {
        case 0, 1: return "(\(number(dot, next)) \(pick(["+", "-", "*", "/", "%"])) \(number(dot, next)))"
        case 2:
            return
                "(\(number(dot, next)) | \(phrase("number to number")))"
        case 3:
            return
                "(\(array(dot, next)) | \(phrase("array to number")))"
        case 4:
            return
                "(\(string(dot, next)) | \(phrase("string to number")))"
        case 5:
            let name = fresh()
            return "reduce (\(stream(dot, next))) as \(name) (\(number(dot, 0)); . + (\(name)|numbers))"
        case 6: return "(if \(truth(dot, next)) then \(number(dot, next)) else \(number(dot, next)) end)"
        case 7: return "(\(any(dot, next)) // \(number(dot, next)))"
        default: return number(dot, 0)
        }
    }

    mutating func string(_ dot: Dot, _ depth: Int) -> String {
        guard depth > 0 else {
            switch dot {
            case .document: return pick([".c", "\"lit\"", "(.f|type)", "(.a|tostring)"])
            case .string: return pick([".", "\"s\""])
            case .record: return pick([".name", "\"r\""])
            default: return pick(["type", "\"o\"", "tojson"])
            }
        }
        let next = depth - 1
        switch below(9) {
        case 0: return "(\(string(dot, next)) + \(string(dot, next)))"
        case 1: return "\"<\\(\(any(dot, next)))|\\(\(string(dot, next)))>\""
        case 2:
            return
                "(\(string(dot, next)) | \(phrase("string to string")))"
        case 3:
            return
                "(\(any(dot, next)) | \(phrase("any to string")))"
        case 4: return "(\(array(dot, next)) | map(tostring?) | join(\(pick(["\",\"", "\"\"", "\"-\""]))))"
        case 5: return "(\(array(dot, next)) | map(scalars) | \(pick(["@csv", "@tsv", "@sh"])))"
        case 6:
            return
                "(\(string(dot, next)) | \(regex("string to string by pattern")))"
        case 7:
            return
                "(\(phrase("moment")) | strftime(\"\(phrase("time format"))\"))"
        default: return string(dot, 0)
        }
    }

    /// Patterns that match no empty text and are not anchored: jq 1.6 substitutes those in its own way.
    private mutating func regex(_ kind: String) -> String {
        let patterns = [
            "a", "[a-c]+", "\\\\d+", "(?<x>[a-z])", "o{1,2}", "\\\\s+", "(?:b|c)", "(?<x>\\\\w)(?<y>\\\\W)", "[^a-z]",
            "é|a", "(?i)F", "a(?=b)", "(?<!x)b", ".", "\\\\bf",
        ]
        return phrase(kind).replacing("RE", with: "\"\(pick(patterns))\"")
    }

    mutating func array(_ dot: Dot, _ depth: Int) -> String {
        guard depth > 0 else {
            switch dot {
            case .document: return pick([".b", "[.a, .d.x]", "[.e[].k]", "[1, 2, 3]", "[.c, \"z\"]"])
            case .numbers, .records: return "."
            default: return pick(["[.]", "[1, 2]", "[]"])
            }
        }
        let next = depth - 1
        switch below(11) {
        case 0: return "[\(stream(dot, next))]"
        case 1: return "(\(array(dot, next)) | map(\(any(.any, next))))"
        case 2:
            return
                "(\(array(dot, next)) | \(phrase("array to array")))"
        case 3: return "(\(array(dot, next)) \(pick(["+", "-"])) \(array(dot, next)))"
        case 4:
            return
                "(\(string(dot, next)) | \(regex("string to array")))"
        case 5:
            return dot == .document
                ? "(.e | \(phrase("records to array")))"
                : array(dot, 0)
        case 6: return "[range(\(below(4)); \(below(8)); \(1 + below(3)))]"
        case 7:
            return
                "(\(object(dot, next)) | \(phrase("object to array")))"
        case 8:
            let name = fresh()
            return "[foreach (\(stream(dot, next))) as \(name) (0; . + 1; [., \(name)])]"
        case 9:
            return
                "[\(phrase("time"))]"
        default: return array(dot, 0)
        }
    }

    mutating func object(_ dot: Dot, _ depth: Int) -> String {
        guard depth > 0 else {
            switch dot {
            case .document: return pick([".", ".d", "{a, c}", "{\"k\": .b}"])
            case .record: return "."
            default: return pick(["{v: .}", "{}", "{a: 1, b: 2}"])
            }
        }
        let next = depth - 1
        switch below(8) {
        case 0: return "{a: (\(any(dot, next))), (\(string(dot, 0))): (\(any(dot, next)))}"
        case 1: return "(\(object(dot, next)) + \(object(dot, next)))"
        case 2: return "(\(object(dot, next)) * \(object(dot, next)))"
        case 3:
            return
                "(\(object(dot, next)) | \(phrase("object to object")))"
        case 4: return "(\(array(dot, next)) | to_entries | map({(.key|tostring): .value}) | add // {})"
        case 5: return "(\(string(dot, next)) | (\(regex("string to object by pattern")) // {}))"
        case 6: return "(\(array(dot, next)) | {(.[]|tostring): 1})"
        default: return object(dot, 0)
        }
    }

    private mutating func truth(_ dot: Dot, _ depth: Int) -> String {
        let next = max(0, depth - 1)
        switch below(8) {
        case 0, 1: return "(\(any(dot, next)) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(any(dot, next)))"
        case 2: return "(\(any(dot, next)) \(pick(["and", "or"])) \(any(dot, next)))"
        case 3:
            return
                "(\(array(dot, next)) | \(phrase("array to truth")))"
        case 4:
            return
                "(\(string(dot, next)) | \(phrase("string to truth")))"
        case 5: return "(\(object(dot, next)) | \(phrase("object to truth")))"
        case 6: return "(\(any(dot, next)) | not)"
        default: return pick(["true", "false", "(1 < 2)"])
        }
    }

    private mutating func stream(_ dot: Dot, _ depth: Int) -> String {
        let next = max(0, depth - 1)
        switch below(10) {
        case 0: return "(\(array(dot, next)))[]"
        case 1: return "(\(any(dot, next)), \(any(dot, next)))"
        case 2: return "(\(any(dot, next)) | ..)"
        case 3: return "limit(\(below(4)); \(stream(dot, next)))"
        case 4: return "first(\(stream(dot, next)))"
        case 5: return "range(\(below(5)))"
        case 6: return "(\(any(dot, next)) | .[]?)"
        case 7:
            return
                "(\(number(dot, 0)) | \(phrase("number to stream")))"
        case 8: return "(\(any(dot, next)) | select(\(truth(.any, next))))"
        default: return pick(["empty", "(1, 2)", "(\"a\", null)", "({}, [])"])
        }
    }

    private mutating func update(_ dot: Dot, _ depth: Int) -> String {
        let next = depth - 1
        let target = pick([
            ".a", ".b[0]", ".b[]", ".d.x", ".e[].k", ".d.y.z", ".b[1:]", ".new.deep[1]", "(.a, .c)", ".e[] | .on",
            ".b[-1]", "first(.b[])", "(.. | numbers)", ".[\"a\"]",
        ])
        let root = dot == .document ? "." : "{a: 1, b: [1, 2], c: \"x\", d: {x: 2}, e: [{k: 1}]}"
        let change =
            switch below(6) {
            case 0: "(\(target)) = \(any(dot, next))"
            case 1: "(\(target)) |= \(any(.any, next))"
            case 2: "(\(target)) \(pick(["+=", "-=", "*=", "//=", "/="])) \(number(dot, next))"
            case 3: "del(\(target))"
            case 4: "(\(target)) |= (select(. != 1) // 5)"
            default: "(\(target)) += (\(number(.document, 0)))"
            }
        return "(\(root) | \(change))"
    }

    private mutating func control(_ dot: Dot, _ depth: Int) -> String {
        let next = depth - 1
        let (name, other) = (fresh(), fresh())
        switch below(11) {
        case 0: return "(try (\(any(dot, next))) catch \"caught\")"
        case 1: return "(\(any(dot, next)))?"
        case 2:
            return
                "(if \(truth(dot, next)) then \(any(dot, next)) elif \(truth(dot, next)) then "
                + "\(any(dot, next)) else \(any(dot, next)) end)"
        case 3: return "((\(any(dot, next))) as \(name) | [\(name), \(any(dot, next))])"
        case 4: return "((\(array(dot, next))) as [\(name), \(other)] | {v: \(name), w: \(other)})"
        case 5: return "([(\(object(dot, next))), (\(array(dot, next)))][] as {a: \(name)} ?// [\(name)] | [\(name)])"
        case 6: return "(label \(name) | \(stream(dot, next)) | if type == \"number\" then ., break \(name) else . end)"
        case 7: return "def f(g; $p): [g, $p]; f(\(any(dot, next)); \(stream(dot, next)))"
        case 8: return "def f: if type == \"array\" then map(f) else [.] end; (\(any(dot, next)) | f)"
        case 9: return "(try error(\(any(dot, next))) catch .)"
        default: return "[.[]? as \(name) | \(any(dot, next)) | [\(name), .]]"
        }
    }

    private mutating func paths(_ dot: Dot, _ depth: Int) -> String {
        let next = depth - 1
        let source = any(dot, next)
        let form = pick([
            "[paths]", "[path(..)]", "[paths(type == \"number\")]", "[leaf_paths]",
            "[getpath([\"a\"], [\"d\", \"x\"])?]", "[.[]?] | [paths]", "setpath([\"p\", 1]; 3)?", "[path(.a?, .[0]?)]",
            "[path(first(.[]?))]", "delpaths([[0]])?", "[tostream]", "[path(.[1:]?)]", "to_entries?",
            "[path(if .a? then .a else .b? end)]", "[splits(\"a\")?]", "[.[]?|path(.)]",
        ])
        return "(\(source) | \(form))"
    }

    private mutating func fresh() -> String {
        variables += 1
        return "$v\(variables)"
    }
}
