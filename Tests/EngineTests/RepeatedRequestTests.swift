import Core
import Engine
import Testing
import Workflow

/// What was asked for can be asked for again, though the state keeps no arguments.
@Suite struct RepeatedRequestTests {
    private static let document: JSON = [
        "document": ["dsl": "1.0.3", "namespace": "test", "name": "asks", "version": "1.0.0"],
        "timeout": ["after": ["hours": 1]],
        "do": [
            ["keep": ["set": ["n": 3], "export": ["as": ["kept": "${ .n }"]]]],
            [
                "each": [
                    "for": ["each": "item", "in": "${ [\"a\", \"b\"] }"],
                    "do": [
                        [
                            "ask": [
                                "input": ["from": "${ {m: (.n // 0)} }"], "call": "llm:1.0.0",
                                "with": [
                                    "prompt": "${ $item + \" \" + ($context.kept | tostring) + ($input.m | tostring) }"
                                ],
                            ]
                        ]
                    ],
                ]
            ],
            [
                "both": [
                    "fork": [
                        "branches": [
                            [
                                "pay": [
                                    "call": "http",
                                    "with": ["method": "post", "endpoint": "http://x/y", "body": ["n": "${ .n }"]],
                                ]
                            ],
                            [
                                "child": [
                                    "run": [
                                        "workflow": [
                                            "namespace": "t", "name": "c", "version": "1.0.0",
                                            "input": ["x": "${ $context.kept }"],
                                        ]
                                    ]
                                ]
                            ],
                        ]
                    ]
                ]
            ],
        ],
    ]

    @Test func `every request of a run is the same when it is made again, later and from a state that was stored`()
        throws
    {
        let definition = try CompiledDefinition(document: Self.document)
        var commands = [
            ExecutionCommand.start(
                executionID: "e", definition: definition.reference, input: .null, tenant: "t")
        ]
        var state: ExecutionState?
        var compared = 0
        var now = Instant(microseconds: 1_000_000)
        while !commands.isEmpty {
            guard case .accepted(let events) = decide(state, commands.removeFirst(), definition, now: now) else {
                break
            }
            for event in events {
                if state == nil { state = ExecutionState(event) } else { state?.apply(event) }
            }
            let bytes = try #require(state?.json.bytes())
            let stored = try #require(try ExecutionState(json: JSON(parsing: bytes)))
            now = now + .seconds(7)
            for event in events {
                switch event.outcome {
                case .taskRequested(let run, let request):
                    #expect(repeatedRequest(of: run, stored, definition, now: now) == event.outcome)
                    commands.append(
                        .taskCompleted(
                            taskID: "e:\(run.number)", attempt: request.attempt, output: ["n": 4], usage: nil))
                    compared += 1
                case .childRequested(let run, _):
                    #expect(repeatedRequest(of: run, stored, definition, now: now) == event.outcome)
                    compared += 1
                default: break
                }
            }
        }
        #expect(compared == 4)
        #expect(state?.status == .running)
    }
}
