extension PatternParser {
    /// After an opening parenthesis.
    mutating func group() throws(PatternError) -> PatternTree? {
        guard take("?") else { return try openCapture(named: nil) }
        if take(":") { return try closed() }
        if take("=") { return .look(try closed(), behind: false, negative: false) }
        if take("!") { return .look(try closed(), behind: false, negative: true) }
        if take("<=") { return .look(try closed(), behind: true, negative: false) }
        if take("<!") { return .look(try closed(), behind: true, negative: true) }
        if take("<") { return try named(endingWith: ">") }
        if dialect == .ecma { throw failure("undefined group option") }
        if take(">") { return .atomic(try closed()) }
        if take("'") { return try named(endingWith: "'") }
        if take("#") {
            while let next = peek(), next != 0x29 { at = min(at + (next == 0x5c ? 2 : 1), source.count) }
            guard take(")") else { throw failure("end pattern in group") }
            return nil
        }
        if follows("~") || follows("(") || follows("{") || follows("R") || follows("&") {
            throw failure("this kind of group is not supported")
        }
        return try options()
    }

    private mutating func named(endingWith end: Unicode.Scalar) throws(PatternError) -> PatternTree {
        let name = try name(endingWith: end)
        guard let first = name.unicodeScalars.first, ScalarSet.isWord(first.value, ascii: false),
            !(48...57).contains(first.value),
            name.unicodeScalars.allSatisfy({ ScalarSet.isWord($0.value, ascii: false) || $0 == "$" })
        else { throw failure("invalid group name <\(name)>") }
        return try openCapture(named: name)
    }

    /// `(?i-m)` up to the end of the group around it, `(?i-m:…)` inside.
    private mutating func options() throws(PatternError) -> PatternTree? {
        let outer = flags
        var isOn = true
        while let next = peek() {
            at += 1
            switch Unicode.Scalar(next) {
            case "-": isOn = false
            case "i": flags.ignoresCase = isOn
            case "x": flags.extended = isOn
            case "s": flags.dotAll = isOn
            case "m": flags.multiline = isOn
            case ")": return nil
            case ":":
                let inner = try closed()
                flags = outer
                return inner
            default: throw failure("undefined group option")
            }
        }
        throw failure("end pattern in group")
    }

    /// The opening parentheses that capture, and perhaps some that turn out to be in a comment or quoted.
    static func countGroups(_ source: [UInt32]) -> Int {
        var (count, at, inClass) = (0, 0, false)
        while at < source.count {
            switch Unicode.Scalar(source[at]) {
            case "\\": at += 1
            case "[": inClass = true
            case "]": inClass = false
            case "(" where !inClass:
                let rest = source[at...].prefix(4).compactMap(Unicode.Scalar.init)
                let isPlain = rest.count < 2 || rest[1] != "?"
                let isNamed =
                    rest.count == 4 && (rest[2] == "'" || (rest[2] == "<" && rest[3] != "=" && rest[3] != "!"))
                if isPlain || isNamed { count += 1 }
            default: break
            }
            at += 1
        }
        return count
    }

    /// `\k<name>`, after the `k`.
    mutating func namedReference() throws(PatternError) -> PatternTree {
        let end: Unicode.Scalar
        if take("<") { end = ">" } else if take("'") { end = "'" } else { throw failure("invalid backref name") }
        let offset = at
        let name = try name(endingWith: end)
        if dialect == .oniguruma, let number = Int(name) {
            let group = number < 0 ? groupNames.count + number : number - 1
            guard (0..<groupCount).contains(group) else { throw failure("invalid backref number/name") }
            return .backreference([group], ignoresCase: flags.ignoresCase)
        }
        references.append((name, offset))
        // Numbers below zero stand for names until all groups are known.
        return .backreference([-references.count], ignoresCase: flags.ignoresCase)
    }

    /// The tree with the names of references replaced by their groups, and their numbers checked.
    func resolved(_ tree: PatternTree) throws(PatternError) -> PatternTree {
        switch tree {
        case .backreference(let groups, let ignoresCase):
            guard let mark = groups.first, mark < 0 else {
                // Parentheses in comments and quotes were counted too.
                guard groups.allSatisfy(groupNames.indices.contains) else {
                    throw failure("invalid backref number/name")
                }
                return tree
            }
            let (name, offset) = references[-mark - 1]
            let found = groupNames.indices.filter { groupNames[$0] == name }
            guard !found.isEmpty else { throw .syntax("undefined name <\(name)> reference", offset: offset) }
            return .backreference(found.reversed(), ignoresCase: ignoresCase)
        case .sequence(let parts): return .sequence(try resolved(parts))
        case .alternatives(let branches): return .alternatives(try resolved(branches))
        case .capture(let index, let inner): return .capture(index, try resolved(inner))
        case .atomic(let inner): return .atomic(try resolved(inner))
        case .look(let inner, let behind, let negative):
            return .look(try resolved(inner), behind: behind, negative: negative)
        case .repeated(let inner, let repetition): return .repeated(try resolved(inner), repetition)
        default: return tree
        }
    }

    private func resolved(_ trees: [PatternTree]) throws(PatternError) -> [PatternTree] {
        var result: [PatternTree] = []
        for tree in trees { result.append(try resolved(tree)) }
        return result
    }
}
