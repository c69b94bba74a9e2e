import Patterns
import Testing

/// What JSON Schema's `pattern` expects of ECMA-262.
@Suite struct DialectTests {
    @Test(arguments: [
        ("^\\d+$", "12", true), ("^\\d+$", "١", false), ("^\\w+$", "é", false), ("^\\W$", "é", true),
        ("^a$", "a\n", false),
        ("\\s", "\u{feff}", true), ("\\s", "\u{85}", false), ("^.$", "\u{2028}", false), ("^[^]$", "\n", true),
        ("[]", "a", false), ("\\u0041\\x42\\cA", "AB\u{1}", true), ("\\u{1F600}", "😀", true),
        ("\\ud83d\\ude00", "😀", true),
        ("^\\p{Letter}+$", "é", true), ("^\\p{Script=Greek}$", "Ω", true), ("^\\p{gc=Lu}$", "a", false),
        ("a\\/b\\-?", "a/b", true), ("^[\\-a]+$", "-a", true), ("(?<y>a)\\k<y>", "aa", true), ("(a)?\\1b", "b", true),
        ("\\k<y>(?<y>a)", "a", true), ("^(?!.*x)", "ax", false), ("(?<=\\$)\\d", "$4", true), ("[\\b]", "\u{8}", true),
        ("^\\$ref$", "$ref", true), ("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", "a-b", true), ("x{", "x{", true),
        ("^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$", "1.10", true), ("^\\S(|(.|\\n)*\\S)$", "a b", true),
    ]) func itMatchesAsTheStandardSays(pattern: String, text: String, expected: Bool) throws {
        var steps = 10_000
        #expect(try Pattern(pattern, dialect: .ecma).matches(text, steps: &steps) == expected)
    }

    @Test(arguments: [
        "\\a", "^\\S(|(.|\\n)*\\S)\\Z", "\\A", "a++", "(?>a)", "(?i)a", "(?<a>x)(?<a>y)", "\\1", "\\01", "[z-a]",
        "\\pL",
        "a**", "\\u12", "\\x1", "(?#a)", "\\_",
    ]) func whatTheStandardLacksIsRefused(pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern, dialect: .ecma) }
    }
}
