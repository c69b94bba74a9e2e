import AgentWorkerDomain
import Core
import Testing

@Suite("The arguments of calls of the index")
struct CallTests {
    @Test("Texts with a NUL are refused, for no database holds them")
    func nul() {
        let bad: JSON = "a\u{0}b"
        for arguments in [["texts": ["a", bad]], ["texts": ["a"], "model": bad]] as [JSON] {
            #expect(throws: Fault.self) { try EmbedCall(arguments) }
        }
        let filters: [JSON] = [["k": bad], ["a\u{0}": "b"]]
        let calls: [JSON] =
            [["index": bad, "query": "q"], ["index": "i", "query": bad]]
            + filters.map { ["index": "i", "query": "q", "filter": $0] }
        for arguments in calls { #expect(throws: Fault.self) { try RetrieveCall(arguments) } }
    }
}
