import Patterns
import Testing

@Suite struct MatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        /// All matches: `start-end`, then the captures in parentheses; `-` for one that took no part.
        let expected: String
        var testDescription: String { "\(pattern) on \(text)" }

        init(_ pattern: String, _ text: String, _ expected: String) {
            (self.pattern, self.text, self.expected) = (pattern, text, expected)
        }
    }

    /// All matches one after the other, as jq's `match(…; "g")` finds them.
    static func found(_ pattern: Pattern, _ text: String) throws -> String {
        let text = PatternText(text)
        var (steps, start, found) = (100_000, 0, [String]())
        while start <= text.count, let match = try pattern.firstMatch(in: text, from: start, steps: &steps) {
            let captures = match.captures.map { $0.map { "(\($0.lowerBound)-\($0.upperBound))" } ?? "(-)" }
            found.append("\(match.range.lowerBound)-\(match.range.upperBound)" + captures.joined())
            start = match.range.isEmpty ? match.range.upperBound + 1 : match.range.upperBound
        }
        return found.joined(separator: " ")
    }

    static let cases: [Case] = [
        Case("b+", "abbab", "1-3 4-5"), Case("", "ab", "0-0 1-1 2-2"), Case("()", "", "0-0(0-0)"),
        Case("( )*", "abc", "0-0(-) 1-1(-) 2-2(-) 3-3(-)"), Case("(?:(a)|b)*", "abab", "0-4(2-3) 4-4(-)"),
        Case("(?<x>a?)?b?", "b", "0-1(0-0) 1-1(1-1)"), Case("(a|ab)(c|bcd)(d*)", "abcd", "0-4(0-1)(1-4)(4-4)"),
        Case("a{2}", "aaaaa", "0-2 2-4"), Case("(?:ab){2,3}", "abababab", "0-6"), Case("a{2,}?b", "aaab", "0-4"),
        Case("(?:ab){2,3}?", "abababab", "0-4 4-8"), Case("a{,2}", "a{,2}", "0-5"), Case("a{1,2}+a", "aaa", "0-3"),
        Case("a{0}b", "ab", "1-2"), Case("(a*)+", "aab", "0-2(2-2) 2-2(2-2) 3-3(3-3)"), Case("a**", "a", "0-1 1-1"),
        Case("(a?){3}", "a", "0-1(1-1) 1-1(1-1)"), Case(".+?\\b", "ā x", "0-1 1-2 2-3"),
        Case("a.b", "a\nb", ""), Case("(?s)a.b", "a\nb", "0-3"), Case("(?s:a.)b", "a\nb", "0-3"),
        Case("^b", "a\nb\n", ""), Case("b$", "a\nb\n", "2-3"), Case("(?m)a$", "a\nb\n", "0-1"),
        Case("(?m)^b", "a\nb\n", "2-3"), Case("b\\z", "b\n", ""), Case("b\\Z", "b\n", "0-1"), Case("\\Aa", "aa", "0-1"),
        Case("\\G.", "a,b", "0-1 1-2 2-3"), Case("\\bx", "xx x", "0-1 3-4"), Case("\\Bx", "xx x", "1-2"),
        Case("a++a", "aaa", ""), Case("a?+a", "a", ""), Case("(?>a|ab)c", "abc", ""), Case("(?>x*)x", "xx", ""),
        Case("(?>(a)|b)+\\1", "aba", "0-3(0-1)"), Case("(?>(a)|b)+c", "abc", "0-3(0-1)"),
        Case("(a)\\1", "aaa", "0-2(0-1)"), Case("(?<x>a|b)\\k<x>", "abb", "1-3(1-2)"), Case("\\1(a)", "aa", ""),
        Case("(?i)(a)\\1", "aA", "0-2(0-1)"), Case("(?<a>x)(?<a>y)\\k<a>", "xyy", "0-3(0-1)(1-2)"),
        Case("(a)\\k<1>", "aa", "0-2(0-1)"), Case("a(?=b)", "acab", "2-3"), Case("a(?!b)", "abac", "2-3"),
        Case("(?=(a))", "a", "0-0(0-1)"), Case("(?!(a)b)a", "ac", "0-1(-)"), Case("(?<=a)b", "bab", "2-3"),
        Case("(?<!a)b", "bab", "0-1"), Case("(?<=x|ab)c", "xcabc", "1-2 4-5"),
        Case("(?<=(a)(b+))c", "abbc", "3-4(0-1)(1-3)"),
        Case("(?<=(\\w)\\1)c", "abcaac", ""), Case("(?<=\\1(\\w))c", "abcaac", "5-6(4-5)"),
        Case("(?=a*?b)a", "aab", "0-1 1-2"), Case("foo\\Kbar", "foobar", "3-6"), Case("(?:a\\K|b)c", "bc", "0-2"),
        Case("(?i)B|C", "abc", "1-2 2-3"), Case("a(?i)b|c", "aBC", "0-2 2-3"), Case("(?i:A)a", "aA aa", "3-5"),
        Case("(?i)[^a]", "Ab", "1-2"), Case("(?i)[A-Z]+", "ſtK\u{212a}", "0-4"), Case("(?i)σ", "ςΣ", "0-1 1-2"),
        Case("(?-i)x", "xX", "0-1"), Case("(?x) a # comment\n b", "ab", "0-2"), Case("(?#no)a", "a", "0-1"),
        Case("[]a]+", "]a", "0-2"), Case("[^]a]", "]ab", "2-3"), Case("[a[bc]", "[", "0-1"),
        Case("[a-c-]+", "b-", "0-2"),
        Case("[\\]\\\\]+", "]\\", "0-2"), Case("[\\b]", "\u{8}", "0-1"), Case("[[:alpha:]]+", "éa1", "0-2"),
        Case("[[:^alpha:]]", "a1", "1-2"), Case("[^[:^digit:]]", "a1", "1-2"), Case("\\d", "a١", "1-2"),
        Case("\\w+", "aé١_ ", "0-4"), Case("\\s", "\u{a0}", "0-1"), Case("[\\d\\s]+", "1 ", "0-2"),
        Case("\\p{Greek}", "aΩ", "1-2"), Case("\\p{^Lu}", "aΩ", "0-1"), Case("\\P{Lu}", "aΩ", "0-1"),
        Case("\\p{Letter}+", "aΩ1", "0-2"), Case("\\p{L}", "1a", "1-2"), Case("[\\p{Han}a]+", "漢a", "0-2"),
        Case("a\\Q.*\\Eb", "a.*b", "0-4"), Case("\\x41\\x{42}\\103", "ABC", "0-3"),
        Case("\\t\\n\\r\\f\\v\\a\\e", "\t\n\r\u{c}\u{b}\u{7}\u{1b}", "0-7"),
        Case("\\R", "\r\n", "0-2"), Case("\\.", "a.", "1-2"), Case("\\h", "ah", "1-2"), Case("\\cA", "\u{1}", "0-1"),
        Case("👍🏽", "x👍🏽", "1-3"), Case(".", "👍🏽", "0-1 1-2"), Case("a", "āáàä", ""),
        Case("(?<year>\\d{4})-(?<month>\\d\\d)", "on 2026-11-21", "3-10(3-7)(8-10)"),
    ]

    @Test(arguments: cases) func everyMatchIsFound(test: Case) throws {
        #expect(try Self.found(Pattern(test.pattern), test.text) == test.expected)
    }

    @Test func optionsOfTheCallerCount() throws {
        #expect(try Self.found(Pattern("ab # and", options: [.ignoresCase, .extended]), "xAB") == "1-3")
        #expect(try Self.found(Pattern("a.b", options: .dotMatchesNewlines), "a\nb") == "0-3")
        #expect(try Self.found(Pattern("^b", options: .multiline), "a\nb") == "2-3")
        #expect(try Self.found(Pattern("b*", options: .ignoresEmptyMatches), "abba") == "1-3")
        #expect(try Self.found(Pattern("b*?", options: .ignoresEmptyMatches), "abba") == "1-2 2-3")
        #expect(try Self.found(Pattern("ab|abcd|abc", options: .findsLongest), "abc abcd") == "4-8")
        #expect(try Self.found(Pattern("x|(x)(y)", options: .findsLongest), "x xy") == "2-4(2-3)(3-4)")
    }

    @Test func namesAreKept() throws {
        #expect(try Pattern("(?<a>x)(y)(?'b'z)").groupNames == ["a", nil, "b"])
    }

    @Test(arguments: [
        "*a", "a{2,1}", "[", "[a", "(", ")", "a)", "(?<", "(?<>a)", "(?<1>a)", "(?P<x>a)", "(?z)", "\\", "[z-a]",
        "[\\w-b]", "\\p{Foo}", "\\2(a)", "\\k<x>", "^*", "(?~a)", "\\X", "\\g<1>", "\\x{110000}", "a{100001}", "(?#",
        "[[:alpha:]", "\\k", "(?(1)a|b)",
    ]) func whatIsNotWellFormedIsRefused(pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }
}
