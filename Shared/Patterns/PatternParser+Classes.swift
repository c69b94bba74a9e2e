extension PatternParser {
    private enum Item {
        case scalar(UInt32)
        case set(ScalarSet)
    }

    /// After `[`, up to and with its `]`.
    mutating func characterClass() throws(PatternError) -> ScalarSet {
        let isNegated = take("^")
        var items: [Item] = []
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            guard peek() != nil else { throw failure("premature end of char-class") }
            if follows("]"), !(isFirst && dialect == .oniguruma && source[(at + 1)...].contains(0x5d)) { break }
            isFirst = false
            let item = try item()
            guard follows("-"), let end = peek(1), end != 0x5d else {
                items.append(item)
                continue
            }
            at += 1
            let upper = try self.item()
            guard case .scalar(let first) = item, case .scalar(let last) = upper else {
                throw failure("unmatched range specifier in char-class")
            }
            guard first <= last else { throw failure("empty range in char class") }
            ranges.append(first...last)
        }
        at += 1
        return ScalarSet(negated: isNegated, ignoresCase: flags.ignoresCase) { set in
            for range in ranges { set.insert(range) }
            for item in items {
                switch item {
                case .scalar(let value): set.insert(value)
                case .set(let inner): set.insert(inner)
                }
            }
        }
    }

    private mutating func item() throws(PatternError) -> Item {
        guard let next = peek() else { throw failure("premature end of char-class") }
        if dialect == .oniguruma, next == 0x5b, follows(":", 1), let set = try posixBracket() { return .set(set) }
        at += 1
        guard next == 0x5c else { return .scalar(next) }
        if let set = try escapedSet() { return .set(set) }
        return .scalar(try escapedScalar(inClass: true))
    }

    /// `[:alpha:]`; nil, with nothing taken, when it is not one.
    private mutating func posixBracket() throws(PatternError) -> ScalarSet? {
        let start = at
        at += 2
        let isNegated = take("^")
        var name = ""
        while let next = peek(), let scalar = Unicode.Scalar(next), (97...122).contains(next), name.count < 10 {
            name.unicodeScalars.append(scalar)
            at += 1
        }
        guard take(":]"), let set = Self.posix(name, negated: isNegated) else {
            at = start
            return nil
        }
        return set
    }

    private static func posix(_ name: String, negated: Bool) -> ScalarSet? {
        let names = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
            "word", "xdigit",
        ]
        return names.contains(name) ? property(name, negated: negated) : nil
    }

    /// A set by the name of a Unicode property, category, script or POSIX class; nil when the name is unknown.
    static func property(_ name: String, negated: Bool) -> ScalarSet? {
        var name = name.lowercased().filter { !"_- ".contains($0) }
        for prefix in ["generalcategory=", "gc=", "script=", "sc=", "scriptextensions=", "scx="]
        where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
        let categories = GeneralCategory.bits(name)
        if categories != 0 { return ScalarSet(negated: negated) { $0.insert(.categories(categories)) } }
        if let script = ScriptTable.place(of: name) {
            return ScalarSet(negated: negated) { $0.insert(.script(script)) }
        }
        var isKnown = true
        let set = ScalarSet(negated: negated) { isKnown = named(name, into: &$0) }
        return isKnown ? set : nil
    }

    private static func named(_ name: String, into set: inout ScalarSet) -> Bool {
        switch name {
        case "any": set.insert(0...0x10ffff)
        case "ascii": set.insert(0...127)
        case "assigned": set.insert(.categories(GeneralCategory.bits("cn")), negated: true)
        case "alpha", "alphabetic": set.insert(.alphabetic)
        case "lower", "lowercase": set.insert(.lowercase)
        case "upper", "uppercase": set.insert(.uppercase)
        case "space", "whitespace": set.insert(.whitespace)
        case "word": set.insert(.word)
        case "emoji": set.insert(.emoji)
        case "idstart": set.insert(.identifierStart)
        case "idcontinue": set.insert(.identifierContinue)
        case "digit": set.insert(.categories(GeneralCategory.bits("nd")))
        case "cntrl": set.insert(.categories(GeneralCategory.bits("cc")))
        case "alnum":
            set.insert(.alphabetic)
            set.insert(.categories(GeneralCategory.bits("m") | GeneralCategory.bits("nd")))
        case "blank":
            set.insert(9)
            set.insert(.categories(GeneralCategory.bits("zs")))
        case "punct":
            set.insert(.categories(GeneralCategory.bits("p")))
            for symbol in "$+<=>^`|~".unicodeScalars { set.insert(symbol.value) }
        case "graph", "print":
            let kinds = ["l", "m", "n", "p", "s", "cf", "co"] + (name == "print" ? ["zs"] : [])
            set.insert(.categories(kinds.reduce(0) { $0 | GeneralCategory.bits($1) }))
        case "xdigit", "asciihexdigit":
            for range: ClosedRange<UInt32> in [48...57, 65...70, 97...102] { set.insert(range) }
        default: return false
        }
        return true
    }
}
