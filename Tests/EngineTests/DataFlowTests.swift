import Core
import Engine
import Testing
import Workflow

@Suite struct DataFlowTests {
    @Test func allStagesRunInTheDocumentedOrder() throws {
        var run = try Simulation(
            body: """
                input: { schema: { document: { type: object, required: [ n ] } }, from: '{ m: .n }' }
                do:
                  - a:
                      input: { schema: { document: { required: [ m ] } }, from: .m }
                      set: { got: '${ . }', in: '${ $input }' }
                      output: { as: '{ out: .got, had: $input }', schema: { document: { required: [ out ] } } }
                      export: { as: '($context // {}) + { seen: .out, whole: $output }' }
                  - b: { set: { context: '${ $context }', last: '${ . }' } }
                output: { as: '{ r: ., first: $input }' }
                """)
        run.start(["n": 7])
        #expect(
            run.output == [
                "r": [
                    "context": ["seen": 7, "whole": ["out": 7, "had": 7]], "last": ["out": 7, "had": 7],
                ], "first": ["m": 7],
            ])
    }

    @Test func theDescriptorsTellOfTaskWorkflowAndRuntime() throws {
        var run = try Simulation(
            body: """
                do:
                  - me:
                      set:
                        name: ${ $task.name }
                        at: ${ $task.reference }
                        id: ${ $workflow.id }
                        of: ${ $workflow.definition.document.name }
                        raw: ${ $workflow.input.k }
                        since: ${ $workflow.startedAt.epoch.milliseconds }
                        by: ${ $runtime.name }
                """)
        run.start(["k": 3])
        #expect(
            run.output == [
                "name": "me", "at": "/do/0/me", "id": "x", "of": "test", "raw": 3, "since": 1_700_000_000_000,
                "by": "cadenza",
            ])
    }

    @Test(arguments: [
        ("input: { schema: { document: { type: string } } }\ndo: [ { a: { set: { x: 1 } } } ]", "validation"),
        ("do: [ { a: { set: { x: 1 }, output: { schema: { document: { required: [ y ] } } } } } ]", "validation"),
        ("do: [ { a: { set: { x: 1 }, export: { schema: { document: { type: 'null' } }, as: . } } } ]", "validation"),
        ("do: [ { a: { set: { x: '${ .n.m }' } } } ]", "expression"),
        ("do: [ { a: { set: { x: '${ 1, 2 }' } } } ]", "expression"),
        ("do: [ { a: { set: { x: '${ [range(1e9)] }' } } } ]", "expression"),
        ("do: [ { a: { wait: '${ .n }' } } ]", "expression"),
        ("output: { as: error }\ndo: [ { a: { set: { x: 1 } } } ]", "expression"),
    ])
    func whatGoesWrongInAStageIsAStandardError(body: String, kind: String) throws {
        var run = try Simulation(body: body)
        run.start(["n": 1])
        #expect(run.fault?.type == Fault.Standard(rawValue: kind)?.type)
        #expect(run.fault?.status == 400)
    }

    @Test func anEmptyResultIsNull() throws {
        var run = try Simulation(body: "do: [ { a: { set: { x: '${ empty }' } } } ]")
        run.start()
        #expect(run.output == ["x": nil])
    }

    @Test func textsFromOutsideAreNeverEvaluated() throws {
        var run = try Simulation(body: "do: [ { a: { set: { x: '${ .evil }' } } }, { b: { set: '${ . }' } } ]")
        run.start(["evil": "${ $workflow.id }"])
        #expect(run.output == ["x": "${ $workflow.id }"])
    }

    @Test func onlyWhatChangedOfTheContextIsInTheEvent() throws {
        var run = try Simulation(
            body: """
                do:
                  - a: { set: { x: 1 }, export: { as: '{ big: [ range(50) ], n: 1, old: 0 }' } }
                  - b: { set: { x: 2 }, export: { as: '$context + { n: 2 } | del(.old)' } }
                  - c: { set: '${ $context | .n, (.big | length) | tostring }', if: 'false' }
                output: { as: $context }
                """)
        run.start()
        guard case .taskCompleted(_, _, let change, _, _) = run.events[2].outcome else {
            Issue.record("another event")
            return
        }
        #expect(change == .patched(set: ["n": 2], removed: ["old"]))
        #expect(run.output?["n"] == 2)
        #expect(run.output?["big"]?.array?.count == 50)
    }
}
