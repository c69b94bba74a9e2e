import Core
import Engine
import Testing

@Suite struct WhyTests {
    @Test func `every cause is told with its task, and a pause beside what it holds up`() throws {
        var run = try Simulation(
            body: """
                timeout: { after: { hours: 1 } }
                do:
                  - ask:
                      call: agent:1.0.0@default
                      with: { agent: { instructions: Read }, goal: Extract }
                """)
        run.start()
        let causes = try #require(run.state?.explainedCauses)
        #expect(causes.map { $0["kind"] } == ["task", "timer"])
        #expect(causes[0]["task"] == "/do/0/ask" && causes[0]["attempt"] == 1 && causes[0]["function"] == "agent:1.0.0")
        #expect(causes[0]["since"]?.string == run.now.description && causes[0]["deadline"] == causes[1]["due"])
        #expect(causes[1]["purpose"] == "timeout" && causes[1]["task"] == "")
        run.send(.suspend(reason: "audit"))
        #expect(run.state?.explainedCauses.map { $0["kind"] } == ["suspension", "task", "timer"])
        run.send(.cancel(reason: "enough"))
        #expect(run.state?.explainedCauses == [])
    }
}
