import Core
import Testing
import Workflow

@Suite struct SourceTests {
    static func parse(_ text: String) throws -> JSON { try parseDefinition(Array(text.utf8)) }

    @Test(
        arguments: [
            ("a: yes", ["a": "yes"]), ("a: no", ["a": "no"]), ("a: true", ["a": true]), ("a: 'true'", ["a": "true"]),
            ("a: 1.0", ["a": 1.0]), ("a: '1.0'", ["a": "1.0"]), ("a: 0x1F", ["a": 31]), ("a: 012", ["a": 12]),
            ("a: ~", ["a": nil]), ("a:", ["a": nil]), ("a: -1.5e2", ["a": -150]), ("a: 1.0.0", ["a": "1.0.0"]),
            ("a: 2026-05-01", ["a": "2026-05-01"]), ("a: .inf", ["a": ".inf"]), ("a: 12:30", ["a": "12:30"]),
            ("{\"a\": [1, null, \"x\\u00e9\"]}", ["a": [1, nil, "xé"]]), ("a: &x [1]\nb: *x", ["a": [1], "b": [1]]),
            ("a: |\n  x\n  y\n", ["a": "x\ny\n"]), ("a: >-\n  x\n  y\n", ["a": "x y"]), ("a: !!str 5", ["a": "5"]),
        ] as [(String, JSON)])
    func scalarsFollowTheCoreSchema(text: String, expected: JSON) throws {
        #expect(try Self.parse(text) == expected)
    }

    @Test(arguments: [
        "", "a: [", "a: 1\na: 2", "a: *x", "a: !mine 1", "? [a]\n: 1", "a: 1\n---\nb: 2", "\"\u{1}", "a: b: c",
    ])
    func whatIsNoDocumentIsASyntaxFaultWithAPosition(text: String) {
        do {
            _ = try Self.parse(text)
            Issue.record("parsed")
        } catch let faults as DefinitionFaults {
            #expect(faults.list.count == 1)
            #expect(faults.list[0].kind == .syntax)
            #expect(faults.list[0].line != nil)
        } catch { Issue.record("another error") }
    }

    @Test func textsThatGrowOrNestWithoutEndAreRefused() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            bomb += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ","))]\n"
        }
        #expect(throws: DefinitionFaults.self) { try Self.parse(bomb) }
        #expect(throws: DefinitionFaults.self) { try Self.parse(String(repeating: "[", count: 50_000)) }
        #expect(throws: DefinitionFaults.self) {
            try Self.parse(String(repeating: "{a: ", count: 900) + String(repeating: "}", count: 900))
        }
        #expect(throws: DefinitionFaults.self) {
            try Self.parse("a: \"" + String(repeating: "x", count: 2 << 20) + "\"")
        }
    }
}
