extension PatternParser {
    /// After a backslash, outside of `[…]`.
    mutating func escape() throws(PatternError) -> PatternTree {
        guard let next = peek(), let letter = Unicode.Scalar(next) else { throw failure("end pattern at escape") }
        at += 1
        switch letter {
        case "b": return .anchor(.wordBoundary(ascii: dialect == .ecma, negated: false))
        case "B": return .anchor(.wordBoundary(ascii: dialect == .ecma, negated: true))
        case "k": return try namedReference()
        case "1"..."9":
            at -= 1
            if let reference = try numberedReference() { return reference }
            at += 1
        default: break
        }
        if dialect == .oniguruma {
            switch letter {
            case "A": return .anchor(.textStart)
            case "Z": return .anchor(.textEndOrLastNewline)
            case "z": return .anchor(.textEnd)
            case "G": return .anchor(.searchStart)
            case "K": return .keep
            case "R": return Self.lineBreak
            case "X", "y", "Y", "g", "N", "O": throw failure("\\\(letter) is not supported")
            default: break
            }
        }
        at -= 1
        if let set = try escapedSet() { return .set(set) }
        return .scalar(try escapedScalar(inClass: false), ignoresCase: flags.ignoresCase)
    }

    private static let lineBreak = PatternTree.atomic(
        .alternatives([
            .sequence([.scalar(13, ignoresCase: false), .scalar(10, ignoresCase: false)]),
            .set(
                ScalarSet { set in
                    set.insert(10...13)
                    set.insert(0x85)
                    set.insert(0x2028...0x2029)
                }),
        ]))

    /// nil when the digits mean an octal number.
    private mutating func numberedReference() throws(PatternError) -> PatternTree? {
        let start = at
        guard let number = number(atMost: Self.mostGroups) else { return nil }
        if number <= groupCount { return .backreference([number - 1], ignoresCase: flags.ignoresCase) }
        if dialect == .ecma || number < 10 { throw failure("invalid backref number/name") }
        at = start
        return nil
    }

    /// `\d`, `\w`, `\s`, `\p{…}` and their opposites; nil, with nothing taken, for another escape.
    mutating func escapedSet() throws(PatternError) -> ScalarSet? {
        guard let next = peek(), let letter = Unicode.Scalar(next) else { return nil }
        let isASCII = dialect == .ecma
        switch letter {
        case "d", "D":
            at += 1
            return ScalarSet(negated: letter == "D") {
                if isASCII { $0.insert(48...57) } else { $0.insert(.categories(GeneralCategory.bits("nd"))) }
            }
        case "w", "W":
            at += 1
            return ScalarSet(negated: letter == "W") { set in
                guard isASCII else { return set.insert(.word) }
                for range: ClosedRange<UInt32> in [48...57, 65...90, 95...95, 97...122] { set.insert(range) }
            }
        case "s", "S":
            at += 1
            return ScalarSet(negated: letter == "S") { set in
                guard isASCII else { return set.insert(.whitespace) }
                set.insert(9...13)
                set.insert(.categories(GeneralCategory.bits("z")))
                set.insert(0xfeff)
            }
        case "p", "P":
            guard follows("{", 1) else {
                if isASCII { throw failure("invalid property name") }
                return nil
            }
            at += 2
            var name = try name(endingWith: "}")
            var isNegated = letter == "P"
            if dialect == .oniguruma, name.hasPrefix("^") {
                name.removeFirst()
                isNegated.toggle()
            }
            guard let set = Self.property(name, negated: isNegated) else {
                throw failure("invalid character property name {\(name)}")
            }
            return set
        default: return nil
        }
    }

    /// A single character by its escape, after the backslash.
    mutating func escapedScalar(inClass: Bool) throws(PatternError) -> UInt32 {
        guard let next = peek(), let letter = Unicode.Scalar(next) else { throw failure("end pattern at escape") }
        at += 1
        switch letter {
        case "t": return 9
        case "n": return 10
        case "v": return 11
        case "f": return 12
        case "r": return 13
        case "b" where inClass: return 8
        case "x": return try hexadecimal()
        case "c":
            guard let control = peek(), control < 128, dialect == .oniguruma || isLetter(control) else {
                throw failure("invalid control character")
            }
            at += 1
            return control & 31
        case "u" where dialect == .ecma: return try codeUnits()
        case "0" where dialect == .ecma:
            if let digit = peek(), (48...57).contains(digit) { throw failure("octal escapes are not allowed") }
            return 0
        case "-" where dialect == .ecma && inClass: return next
        default: break
        }
        if dialect == .ecma {
            guard !isLetter(next), !(48...57).contains(next), next != 95 else {
                throw failure("\\\(letter) has no meaning")
            }
            return next
        }
        switch letter {
        case "a": return 7
        case "e": return 27
        case "0"..."7":
            at -= 1
            return octal(digits: 3)
        case "o" where take("{"):
            let value = octal(digits: 8)
            guard take("}") else { throw failure("invalid code point value") }
            return try scalar(value)
        default: return next
        }
    }

    private func isLetter(_ value: UInt32) -> Bool { (65...90).contains(value & ~32) }

    private func scalar(_ value: UInt32) throws(PatternError) -> UInt32 {
        guard value <= 0x10ffff else { throw failure("too big wide-char value") }
        return value
    }

    private mutating func octal(digits: Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek(), (48...55).contains(next) else { break }
            value = value * 8 + next - 48
            at += 1
        }
        return value
    }

    /// Up to so many hexadecimal digits.
    private mutating func digits(atMost count: Int) -> (value: UInt32, count: Int) {
        var (value, seen) = (UInt32(0), 0)
        while seen < count, let next = peek(), let scalar = Unicode.Scalar(next), scalar.isASCII,
            let digit = Character(scalar).hexDigitValue
        {
            value = value << 4 | UInt32(digit)
            seen += 1
            at += 1
        }
        return (value, seen)
    }

    private mutating func hexadecimal() throws(PatternError) -> UInt32 {
        if dialect == .oniguruma, take("{") {
            let (value, count) = digits(atMost: 8)
            guard count > 0, take("}") else { throw failure("invalid code point value") }
            return try scalar(value)
        }
        let (value, count) = digits(atMost: 2)
        if dialect == .ecma, count != 2 { throw failure("\\x wants two digits") }
        return value
    }

    /// `\uHHHH`, a pair of surrogates, or `\u{H…}`.
    private mutating func codeUnits() throws(PatternError) -> UInt32 {
        if take("{") {
            let (value, count) = digits(atMost: 8)
            guard count > 0, take("}") else { throw failure("invalid code point value") }
            return try scalar(value)
        }
        let (first, count) = digits(atMost: 4)
        guard count == 4 else { throw failure("\\u wants four digits") }
        guard (0xd800..<0xdc00).contains(first), follows("\\"), follows("u", 1) else { return first }
        let start = at
        at += 2
        let (second, more) = digits(atMost: 4)
        guard more == 4, (0xdc00..<0xe000).contains(second) else {
            at = start
            return first
        }
        return 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
    }
}
