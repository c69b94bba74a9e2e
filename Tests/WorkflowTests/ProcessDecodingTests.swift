import Core
import Testing

@testable import Workflow

@Suite struct ProcessDecodingTests {
    private static func faults(_ process: String) -> [String] {
        let text = LintTests.head + "do: [ { a: { run: { \(process) } } } ]"
        return LintReport(Array(text.utf8)).faults.filter { $0.severity == .error }.map(\.pointer.description)
    }

    @Test func aScriptIsCodeOrComesFromElsewhere() {
        #expect(Self.faults("script: { language: js, code: 'a' }") == [])
        #expect(Self.faults("script: { language: js, source: { endpoint: 'https://x/a.js' } }") == [])
        #expect(Self.faults("script: { language: js, source: { name: a } }") == ["/do/0/a/run/script/source/endpoint"])
        #expect(
            Self.faults("script: { language: js, code: a, source: { endpoint: 'https://x/a.js' } }")
                == ["/do/0/a/run/script/source"])
        #expect(Self.faults("script: { language: js }") == ["/do/0/a/run/script/code"])
    }

    @Test func aSharedAuthenticationOfAScriptStandsInTheArguments() throws {
        let text =
            LintTests.head + "use: { authentications: { mine: { bearer: { token: t } } } }\n"
            + "do: [ { a: { run: { script: { language: js, source: { endpoint: { uri: 'https://x', "
            + "authentication: { use: mine } } } } } } } ]"
        let definition = try CompiledDefinition(parsing: Array(text.utf8))
        guard case .process("script", .constant(let arguments), _) = try #require(definition.task(at: "/do/0/a")).action
        else {
            Issue.record("no script")
            return
        }
        #expect(arguments["source"]?["endpoint"]?["authentication"] == ["bearer": ["token": "t"]])
    }
}
