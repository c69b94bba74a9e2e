/// A set of Unicode scalars: what `[…]`, `\d`, `\p{…}` and `.` stand for.
struct ScalarSet: Sendable {
    enum Property: Sendable {
        /// General categories, a bit each.
        case categories(UInt32)
        case alphabetic, lowercase, uppercase, whitespace, word, emoji, identifierStart, identifierContinue
        /// A script by its place in `ScriptTable`.
        case script(Int)
    }

    private var ranges: [ClosedRange<UInt32>] = []
    private var properties: [(property: Property, negated: Bool)] = []
    private var nested: [ScalarSet] = []
    private var isNegated = false
    private var ignoresCase = false
    /// The answers for ASCII, once finished.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Built by `body`, then fixed.
    init(negated: Bool = false, ignoresCase: Bool = false, _ body: (inout ScalarSet) -> Void) {
        body(&self)
        (isNegated, self.ignoresCase) = (negated, ignoresCase)
        finish()
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ value: UInt32) { ranges.append(value...value) }

    mutating func insert(_ property: Property, negated: Bool = false) { properties.append((property, negated)) }

    mutating func insert(_ set: ScalarSet) { nested.append(set) }

    private mutating func finish() {
        ranges.sort { $0.lowerBound < $1.lowerBound }
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
        for value in UInt32(0)..<128 where holds(value) {
            if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
        }
    }

    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return low >> UInt64(value) & 1 == 1 }
        if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
        return holds(value)
    }

    private func holds(_ value: UInt32) -> Bool {
        var found = has(value)
        if !found, ignoresCase {
            let (lower, upper) = (CaseFolding.lower(value), CaseFolding.upper(value))
            let folded = CaseFolding.lower(upper)
            found = has(lower) || has(upper) || has(folded) || has(CaseFolding.upper(folded))
        }
        return found != isNegated
    }

    private func has(_ value: UInt32) -> Bool {
        if inRanges(value) { return true }
        if properties.isEmpty, nested.isEmpty { return false }
        return properties.contains { Self.scalar(value, has: $0.property) != $0.negated }
            || nested.contains { $0.contains(value) }
    }

    private func inRanges(_ value: UInt32) -> Bool {
        var (first, last) = (0, ranges.count)
        while first < last {
            let middle = (first + last) / 2
            if ranges[middle].contains(value) { return true }
            if value < ranges[middle].lowerBound { last = middle } else { first = middle + 1 }
        }
        return false
    }

    static func scalar(_ value: UInt32, has property: Property) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch property {
        case .categories(let wanted): return wanted & GeneralCategory.bit(scalar.properties.generalCategory) != 0
        case .alphabetic: return scalar.properties.isAlphabetic
        case .lowercase: return scalar.properties.isLowercase
        case .uppercase: return scalar.properties.isUppercase
        case .whitespace: return scalar.properties.isWhitespace
        case .word: return isWord(scalar)
        case .emoji: return scalar.properties.isEmoji
        case .identifierStart: return scalar.properties.isIDStart
        case .identifierContinue: return scalar.properties.isIDContinue
        case .script(let script): return ScriptTable.scripts[script].contains(value)
        }
    }

    /// Letters, marks, digits and connecting punctuation.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic
            || GeneralCategory.word & GeneralCategory.bit(scalar.properties.generalCategory) != 0
    }

    /// What `\w` is for the given rules.
    static func isWord(_ value: UInt32, ascii: Bool) -> Bool {
        switch value {
        case 48...57, 65...90, 95, 97...122: true
        default: !ascii && value >= 128 && scalar(value, has: .word)
        }
    }
}
