import Core
import Testing
import Workflow

/// Documents as people and programs write them, and as nobody should.
@Suite(.timeLimit(.minutes(5))) struct ParsingTests {
    @Test func yamlAndJSONGiveTheSameDocument() throws {
        let yaml =
            "document: { dsl: '1.0.3', name: a }\ndo:\n  - one: { set: { text: \"yes\", flag: true, n: 0x10 } }\n"
        let json = #"{"document":{"dsl":"1.0.3","name":"a"},"do":[{"one":{"set":{"text":"yes","flag":true,"n":16}}}]}"#
        #expect(try parseDefinition(Array(yaml.utf8)) == parseDefinition(Array(json.utf8)))
    }

    @Test(arguments: ["[", "{a: ", "- "]) func deepNestingIsRefusedAtOnce(opening: String) {
        // libyaml alone takes minutes over this.
        let text = String(repeating: opening, count: 100_000)
        #expect(throws: DefinitionFaults.self) { try parseDefinition(Array(text.utf8)) }
    }

    @Test(arguments: ["a: [1, 2", "a: b: c", "\tx", "a: *nobody", "a: 1\na: 2", "", "%YAML"])
    func faultsNameTheirPlace(text: String) throws {
        let faults = #expect(throws: DefinitionFaults.self) { try parseDefinition(Array(text.utf8)) }
        let first = try #require(faults?.list.first)
        #expect(first.line != nil && first.column != nil && !first.expected.isEmpty)
    }

    @Test func aliasesCannotGrowADocumentWithoutEnd() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(throws: DefinitionFaults.self) { try parseDefinition(Array(text.utf8)) }
    }
}
