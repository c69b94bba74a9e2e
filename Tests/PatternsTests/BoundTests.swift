import Core
import Patterns
import Testing

/// Patterns and texts that would hang or crash a careless engine.
@Suite(.timeLimit(.minutes(5))) struct BoundTests {
    @Test(arguments: [
        "(a*)*b", "(a+)+b", "(a|aa)+b", "(a|a)*b", "(.*)*x", "(?:a?){60}a{60}b", "(?=(a+)+b)", "(?<=(a+)+b)c",
        "((a*)*)*b", "(a*?)*?b", "(?:(?:a{1,100}){1,100}){1,100}b", "(a)*(\\1)*(\\1\\2)*b", "(?:a*a*a*a*a*a*b)",
        "(?:(?!b)a*)*b", "(x+x+)+y|(a+a+)+y",
    ]) func catastrophesEndByTheirSteps(pattern: String) throws {
        var steps = 300_000
        let text = PatternText(String(repeating: "a", count: 60))
        let compiled = try Pattern(pattern)
        do {
            #expect(try compiled.firstMatch(in: text, steps: &steps) == nil || pattern.hasPrefix("(?="))
        } catch {
            #expect(error == .exhausted)
            #expect(steps == 0)
        }
    }

    @Test func theStackOfAlternativesIsBounded() throws {
        var steps = 10_000_000
        let text = PatternText(String(repeating: "ab", count: 400_000))
        let pattern = try Pattern("(?:ab|c)*d")
        #expect(throws: PatternError.exhausted) { try pattern.firstMatch(in: text, steps: &steps) }
        #expect(steps > 0)
    }

    @Test func runsTakeNoStack() throws {
        var steps = 2_000_000
        let text = PatternText(String(repeating: "a", count: 2_000_000) + "b")
        #expect(try Pattern("^.*b").firstMatch(in: text, steps: &steps)?.range == 0..<2_000_001)
    }

    @Test func deepAndLongPatternsAreRefused() {
        for (open, close) in [("(", ")"), ("(?:", ")"), ("(?=", ")"), ("(?<=", ")"), ("(?>", ")"), ("(a|", ")*")] {
            let pattern = String(repeating: open, count: 5000) + String(repeating: close, count: 5000)
            #expect(throws: PatternError.self) { try Pattern(pattern) }
        }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 40_000)) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "(a)", count: 2000)) }
        #expect(throws: PatternError.self) { try Pattern("a" + String(repeating: "*", count: 2000)) }
    }

    @Test func noPatternCrashes() throws {
        var random = SplitMix64(seed: 11)
        let pieces =
            Array("ab.^$*+?()[]{}|\\dwsbBpkKGzZ<>=!:-,10i#é").map(String.init) + [
                "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?>", "\\k<n>", "\\1", "\\p{L}", "[^", "{1,3}", "(?i)",
                "[[:alpha:]]",
            ]
        let texts = ["", "a", "abba", "aAbB12 é\n", "-[]{}()", "aaaaaaaaaaaaaaaa"].map(PatternText.init)
        var compiled = 0
        for round in 0..<20_000 {
            let count = Int(random.next() % 12)
            let source = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            let dialect: PatternDialect = round % 3 == 0 ? .ecma : .oniguruma
            let options = PatternOptions(rawValue: round % 5 == 0 ? Int(random.next() % 64) : 0)
            guard let pattern = try? Pattern(source, options: options, dialect: dialect) else { continue }
            compiled += 1
            for text in texts {
                var steps = 5000
                let match = try? pattern.firstMatch(in: text, from: Int(random.next() % 3), steps: &steps)
                guard let match else { continue }
                #expect(match.range.upperBound <= text.count)
                #expect(match.captures.count == pattern.groupNames.count)
                #expect(match.captures.allSatisfy { ($0?.upperBound ?? 0) <= text.count })
            }
        }
        #expect(compiled > 3000)
    }
}
