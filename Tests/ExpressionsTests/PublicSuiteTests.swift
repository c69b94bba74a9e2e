import Core
import Expressions
import Testing

@Suite struct PublicSuiteTests {
    /// Cases left out: `file:program` on a line, with the reason after a tab. Kept in `Resources/skipped.tsv`.
    static func skipped() throws -> [String: String] {
        let text = try resource("skipped.tsv")
        var skipped: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            let parts = line.split(separator: "\t", maxSplits: 2)
            guard parts.count == 3 else {
                Issue.record("a line without a reason: \(line)")
                continue
            }
            skipped["\(parts[0])\t\(parts[2])"] = String(parts[1])
        }
        return skipped
    }

    @Test(arguments: [
        "jq.test", "man.test", "onig.test", "manonig.test", "base64.test", "uri.test", "optional.test",
    ])
    func jqsOwnCasesPass(file: String) throws {
        let skipped = try Self.skipped()
        var passed = 0
        for test in try PublicSuite(file: file).cases {
            let problem = PublicSuite.problem(test)
            if skipped["\(file)\t\(test.program)"] != nil {
                if problem == nil { Issue.record("\(file):\(test.line) passes: \(test.program) need not be left out") }
                continue
            }
            if let problem {
                Issue.record("\(file):\(test.line): \(test.program) — \(problem), expected \(test.expected)")
            } else {
                passed += 1
            }
        }
        #expect(passed > 0)
    }
}
