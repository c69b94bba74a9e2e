import Core
import Engine
import Testing
import Workflow

@Suite struct DecideTests {
    static let yaml = """
        document: { dsl: '1.0.3', namespace: test, name: simple, version: '1.0.0' }
        do:
          - first: { set: { a: 1, b: yes, c: '2' } }
          - second:
              do:
                - inner: { set: { done: true } }
        """

    @Test func aWorkflowOfPureTasksCompletesInOneDecision() throws {
        let definition = try CompiledDefinition(parsing: Array(Self.yaml.utf8))
        let decision = decide(
            nil, .start(executionID: "x1", definition: definition.reference, input: ["in": 1], tenant: "t"), definition,
            now: Instant(milliseconds: 1_000))
        guard case .accepted(let events) = decision else {
            Issue.record("rejected")
            return
        }
        let state = try #require(ExecutionState(folding: events))
        #expect(state.status == .completed)
        #expect(state.output == ["done": true])
        #expect(state.causes.isEmpty)
        #expect(
            events.map(\.kind) == [
                .executionStarted, .taskCompleted, .taskStarted, .taskCompleted, .taskCompleted, .executionCompleted,
            ])
        for event in events { #expect(ExecutionEvent(json: event.json) == event) }
        #expect(ExecutionState(json: state.json) == state)
    }
}
