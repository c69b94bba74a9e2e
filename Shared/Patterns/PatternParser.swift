/// Reads a pattern. Recursion follows its groups, whose nesting is bounded.
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var extended = false
        var dotAll = false
        var multiline = false
    }

    static let deepest = 200
    static let longest = 32_768
    static let mostGroups = 1000
    static let mostRepeats = 100_000

    let source: [UInt32]
    let dialect: PatternDialect
    var at = 0
    var flags: Flags
    private(set) var groupNames: [String?] = []
    private var depth = 0
    /// How many groups capture in the whole pattern, so that `\1` may stand before its group.
    let groupCount: Int
    /// References by name are resolved when all names are known.
    var references: [(name: String, offset: Int)] = []

    init(_ source: String, _ options: PatternOptions, _ dialect: PatternDialect) {
        self.source = source.unicodeScalars.map(\.value)
        self.dialect = dialect
        flags = Flags(
            ignoresCase: options.contains(.ignoresCase), extended: options.contains(.extended),
            dotAll: options.contains(.dotMatchesNewlines), multiline: options.contains(.multiline))
        groupCount = Self.countGroups(self.source)
    }

    func failure(_ message: String) -> PatternError { .syntax(message, offset: at) }

    mutating func pattern() throws(PatternError) -> PatternTree {
        guard source.count <= Self.longest else { throw failure("the pattern is too long") }
        let tree = try alternatives()
        if at < source.count { throw failure("unmatched close parenthesis") }
        return references.isEmpty && groupCount == groupNames.count ? tree : try resolved(tree)
    }

    // MARK: characters

    func peek(_ ahead: Int = 0) -> UInt32? { at + ahead < source.count ? source[at + ahead] : nil }

    func follows(_ character: Unicode.Scalar, _ ahead: Int = 0) -> Bool { peek(ahead) == character.value }

    mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        guard source[at...].starts(with: wanted.lazy.map(\.value)) else { return false }
        at += wanted.count
        return true
    }

    /// Everything up to `end`, which is taken too.
    mutating func name(endingWith end: Unicode.Scalar) throws(PatternError) -> String {
        var name = String.UnicodeScalarView()
        while let next = peek(), next != end.value {
            guard let scalar = Unicode.Scalar(next), name.count < 100 else { throw failure("invalid name") }
            name.append(scalar)
            at += 1
        }
        guard at < source.count else { throw failure("the name has no end") }
        at += 1
        return String(name)
    }

    mutating func number(atMost limit: Int) -> Int? {
        var value: Int?
        while let next = peek(), (48...57).contains(next), (value ?? 0) <= limit {
            value = (value ?? 0) * 10 + Int(next - 48)
            at += 1
        }
        return value
    }

    mutating func skipExtendedSpace() {
        guard flags.extended else { return }
        while let next = peek() {
            if (9...13).contains(next) || next == 32 {
                at += 1
            } else if next == 35 {
                while let next = peek(), next != 10 { at += 1 }
            } else {
                return
            }
        }
    }

    // MARK: structure

    /// Up to the end of the group or pattern; options set inside end with it.
    mutating func alternatives() throws(PatternError) -> PatternTree {
        depth += 1
        let outer = flags
        defer { (depth, flags) = (depth - 1, outer) }
        guard depth <= Self.deepest else { throw failure("the groups nest too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while true {
            skipExtendedSpace()
            guard let next = peek(), next != 0x7c, next != 0x29 else { break }
            if dialect == .oniguruma, take("\\Q") {
                parts += quoted()
                continue
            }
            guard let part = try atom() else { continue }
            parts.append(try repeated(part))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// `\Q…\E`
    private mutating func quoted() -> [PatternTree] {
        var parts: [PatternTree] = []
        while at < source.count, !take("\\E") {
            parts.append(.scalar(source[at], ignoresCase: flags.ignoresCase))
            at += 1
        }
        return parts
    }

    /// nil for what stands for nothing: a comment, an option.
    private mutating func atom() throws(PatternError) -> PatternTree? {
        guard let next = peek() else { throw failure("something is missing at the end") }
        at += 1
        switch Unicode.Scalar(next) {
        case "(": return try group()
        case "[": return .set(try characterClass())
        case ".": return .set(dot())
        case "^": return .anchor(flags.multiline ? .lineStart : .textStart)
        case "$":
            if flags.multiline { return .anchor(.lineEnd) }
            return .anchor(dialect == .ecma ? .textEnd : .textEndOrLastNewline)
        case "\\": return try escape()
        case "*", "+", "?":
            at -= 1
            throw failure("target of repeat operator is not specified")
        default: return .scalar(next, ignoresCase: flags.ignoresCase)
        }
    }

    private func dot() -> ScalarSet {
        if flags.dotAll { return ScalarSet { $0.insert(0...0x10ffff) } }
        return ScalarSet(negated: true) { set in
            set.insert(10)
            if dialect == .ecma {
                set.insert(13)
                set.insert(0x2028...0x2029)
            }
        }
    }

    private mutating func repeated(_ part: PatternTree) throws(PatternError) -> PatternTree {
        var part = part
        var count = 0
        while true {
            skipExtendedSpace()
            guard let (least, most, isInterval) = try quantifier() else { return part }
            if case .anchor = part { throw failure("target of repeat operator is invalid") }
            count += 1
            guard count <= (dialect == .ecma ? 1 : 4) else { throw failure("nothing to repeat") }
            var kind = PatternTree.Repetition.Kind.greedy
            if take("?") {
                kind = .lazy
            } else if dialect == .oniguruma, !isInterval, take("+") {
                kind = .possessive
            }
            part = .repeated(part, PatternTree.Repetition(least: least, most: most, kind: kind))
        }
    }

    private mutating func quantifier() throws(PatternError) -> (least: Int, most: Int, isInterval: Bool)? {
        if take("*") { return (0, .max, false) }
        if take("+") { return (1, .max, false) }
        if take("?") { return (0, 1, false) }
        let start = at
        guard take("{") else { return nil }
        guard let least = number(atMost: Self.mostRepeats) else {
            at = start
            return nil
        }
        var most = least
        if take(",") { most = number(atMost: Self.mostRepeats) ?? .max }
        guard take("}") else {
            at = start
            return nil
        }
        guard least <= Self.mostRepeats, most == .max || most <= Self.mostRepeats else {
            throw failure("too big number in a repeat range")
        }
        guard least <= most else { throw failure("upper is smaller than lower in repeat range") }
        return (least, most, true)
    }

    // MARK: groups

    mutating func openCapture(named name: String?) throws(PatternError) -> PatternTree {
        guard groupNames.count < Self.mostGroups else { throw failure("too many groups") }
        if dialect == .ecma, let name, groupNames.contains(name) { throw failure("a group's name is taken") }
        let index = groupNames.count
        groupNames.append(name)
        return .capture(index, try closed())
    }

    /// The inside of a group, with its closing parenthesis.
    mutating func closed() throws(PatternError) -> PatternTree {
        let inner = try alternatives()
        guard take(")") else { throw failure("end pattern with unmatched parenthesis") }
        return inner
    }
}
