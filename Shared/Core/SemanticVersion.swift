/// A version by semver.org 2.0: `1.4.0`, `2.0.0-rc.1`. Build metadata is refused: two versions that differ in it only
/// would be equal.
public struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Major, minor, patch.
    public let numbers: [Int]
    /// The dot-separated identifiers after the hyphen; empty for a release.
    public let preRelease: [String]

    /// Reads `MAJOR.MINOR.PATCH` with an optional pre-release; nil when it is not that.
    public init?(_ text: String) {
        let (core, tail) = Self.split(text)
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard parts.count == 3, numbers.count == 3 else { return nil }
        let identifiers = tail.map { $0.split(separator: ".", omittingEmptySubsequences: false).map(String.init) } ?? []
        guard identifiers.allSatisfy(Self.isIdentifier) else { return nil }
        (self.numbers, preRelease) = (numbers, identifiers)
    }

    /// As written.
    public var description: String {
        numbers.map(String.init).joined(separator: ".")
            + (preRelease.isEmpty ? "" : "-" + preRelease.joined(separator: "."))
    }

    /// Precedence by section 11 of the specification.
    public static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease, by: precedes)
    }

    static func number(_ text: some StringProtocol) -> Int? {
        let digits = text.utf8
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return digits.count > 1 && digits.first == 48 ? nil : Int(text)
    }

    private static func split(_ text: String) -> (Substring, Substring?) {
        guard let hyphen = text.firstIndex(of: "-") else { return (text[...], nil) }
        return (text[..<hyphen], text[text.index(after: hyphen)...])
    }

    private static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        let letters = bytes.allSatisfy {
            ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45
        }
        let numeric = bytes.allSatisfy { $0 >= 48 && $0 <= 57 }
        return !bytes.isEmpty && letters && !(numeric && bytes.count > 1 && bytes.first == 48)
    }

    /// Numeric identifiers compare as numbers of any length (no leading zeros, so longer is greater) and come first.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        let numeric = (left.utf8.allSatisfy { $0 < 58 && $0 > 47 }, right.utf8.allSatisfy { $0 < 58 && $0 > 47 })
        switch numeric {
        case (true, true): return (left.utf8.count, left) < (right.utf8.count, right)
        case (true, false): return true
        case (false, true): return false
        case (false, false): return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        }
    }
}
