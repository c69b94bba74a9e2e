import Core
import Engine
import Glibc
import Testing
import Workflow

@Suite struct ForkTests {
    static func call(_ name: String, _ more: String = "") -> String {
        "- \(name): { call: http, with: { method: get, endpoint: 'https://x.example/\(name)' }\(more) }"
    }

    static func fork(compete: Bool = false, _ more: String = "") -> String {
        """
        do:
          - f:
              fork:
                compete: \(compete)
                branches:
                  \(call("a"))
                  \(call("b"))
                  \(call("c"))
              \(more)
        """
    }

    /// The outstanding attempt of the branch.
    static func id(_ run: Simulation, _ name: String) -> String {
        run.requests.last { $0.request.arguments["endpoint"]?.string?.hasSuffix("/\(name)") == true }?.taskID ?? ""
    }

    @Test func theBranchesAreOpenAtOnceAndJoinInDeclaredOrder() throws {
        var run = try Simulation(body: Self.fork())
        run.start(1)
        #expect(run.requests.count == 3)
        for name in ["c", "a", "b"] {
            #expect(run.state?.status == .running)
            run.complete(Self.id(run, name), .string(name))
        }
        #expect(run.output == ["a", "b", "c"])
    }

    @Test func branchesOfEveryKindGetTheForksInput() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      input: { from: '{ n: .n }' }
                      fork:
                        branches:
                          - a: { set: { x: '${ .n }' } }
                          - b:
                              do: [ { one: { set: { n: '${ .n + 1 }' } } }, { two: { set: { n: '${ .n * 10 }' } } } ]
                          - c: { if: 'false', set: { x: 9 } }
                          - d: { for: { in: '[ 1, 2 ]' }, do: [ { w: { wait: PT1S } } ] }
                """)
        run.run(["n": 1, "m": 2])
        #expect(run.output == [["x": 1], ["n": 20], ["n": 1], ["n": 1]])
    }

    @Test func theFirstSuccessOfARaceWinsAndTheLosersAreCancelled() throws {
        var run = try Simulation(body: Self.fork(compete: true))
        run.start()
        run.fail(Self.id(run, "a"), Fault(.runtime))
        #expect(run.state?.status == .running)
        run.complete(Self.id(run, "c"), "c")
        #expect(run.output == "c")
        let cancelled = run.events.compactMap { event -> String? in
            if case .taskCancelled(let run, _?, "another branch was first") = event.outcome { run.task } else { nil }
        }
        #expect(cancelled == ["/do/0/f/fork/branches/1/b"])
        #expect(
            run.complete(Self.id(run, "b"), "b") == .accepted([]))
    }

    @Test func aRaceThatAllLoseFailsWithTheLastError() throws {
        var run = try Simulation(body: Self.fork(compete: true))
        run.start()
        for (name, status) in [("b", 501), ("c", 502), ("a", 503)] {
            let fault = Fault(type: "a:b", status: status)
            run.fail(Self.id(run, name), fault)
        }
        #expect(run.fault?.status == 503)
        #expect(run.fault?.instance == "/do/0/f/fork/branches/0/a")
    }

    @Test func aSkippedBranchWinsNoRaceUnlessAllAreSkipped() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        compete: true
                        branches: [ { a: { if: .skip, set: { no: 1 } } }, { b: { if: .go, set: { b: 1 } } } ]
                """)
        run.start(["go": true])
        #expect(run.output == ["b": 1])
        run = try Simulation(json: run.definition.document)
        run.start(["go": false])
        #expect(run.output == ["go": false])
    }

    @Test func anErrorOfABranchCancelsItsSiblings() throws {
        var run = try Simulation(body: Self.fork())
        run.start()
        run.complete(Self.id(run, "a"), 1)
        run.fail(Self.id(run, "b"), Fault(.communication))
        #expect(run.fault?.instance == "/do/0/f/fork/branches/1/b")
        #expect(run.kinds.filter { $0 == .taskCancelled }.count == 1)
    }

    @Test func endInABranchEndsTheWholeExecution() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        branches:
                          - a: { wait: PT1H }
                          - b: { do: [ { w: { wait: PT1S } }, { s: { set: { over: true }, then: 'end' } } ] }
                      output: { as: '.[0]' }
                  - beyond: { set: { no: 1 } }
                """)
        run.run()
        #expect(run.output == ["over": true])
        #expect(run.seconds == 1)
        #expect(run.kinds.contains(.taskCancelled))
    }

    @Test func changesOfDifferentKeysAreMergedAtTheJoin() throws {
        var run = try Simulation(
            body: """
                do:
                  - before: { set: { x: 1 }, export: { as: '{ kept: 1, gone: 2, n: 0 }' } }
                  - f:
                      fork:
                        branches:
                          - a:
                              do:
                                - one: { set: { x: 1 }, export: { as: '$context + { a: 1 }' } }
                                - w: { wait: PT2S }
                                - two: { set: { seen: '${ $context }' }, export: { as: '$context | del(.gone)' } }
                          - b: { set: { x: 2 }, export: { as: '$context + { n: 5 }' } }
                          - c: { set: { at: '${ $context }' } }
                      export: { as: '$context + { joined: (. | length) }' }
                  - after: { set: { context: '${ $context }', branches: '${ . }' } }
                """)
        run.run()
        #expect(run.output?["context"] == ["kept": 1, "a": 1, "n": 5, "joined": 3])
        #expect(run.output?["branches"]?[0] == ["seen": ["kept": 1, "gone": 2, "n": 0, "a": 1]])
        #expect(run.output?["branches"]?[2] == ["at": ["kept": 1, "gone": 2, "n": 0]])
    }

    @Test(arguments: [
        ("$context | .k = 1", "$context | .k = 2", false), ("$context | .k = 1", "$context | .k = 1", false),
        ("$context | .k = 1", "$context", true), ("5", "$context | .k = 1", false), ("5", "$context", true),
    ])
    func theSameKeyTwiceIsARuntimeError(one: String, other: String, holds: Bool) throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        branches:
                          - a: { set: { x: 1 }, export: { as: '\(one)' } }
                          - b: { set: { x: 1 }, export: { as: '\(other)' } }
                """)
        run.start()
        #expect((run.state?.status == .completed) == holds)
        if !holds { #expect(run.fault?.type == Fault.Standard.runtime.type) }
    }

    @Test func onlyTheWinnersContextCounts() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        compete: true
                        branches:
                          - a: { do: [ { x: { set: { x: 1 }, export: { as: '{ a: 1 }' } } }, { w: { wait: PT1H } } ] }
                          - b: { wait: PT1S, export: { as: '($context // {}) + { b: 1 }' } }
                  - after: { set: '${ $context }' }
                """)
        run.run()
        #expect(run.output == ["b": 1])
    }

    @Test func forksInForksHaveContextsOfTheirOwn() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        branches:
                          - a:
                              do:
                                - w: { wait: PT1S }
                                - g:
                                    fork:
                                      branches:
                                        - p: { wait: PT1S, export: { as: '($context // {}) + { p: 1 }' } }
                                        - q:
                                            wait: PT2S
                                            export: { as: '($context // {}) + { q: ($context | length) }' }
                          - b: { wait: PT9S, export: { as: '($context // {}) + { b: 1 }' } }
                output: { as: $context }
                """)
        run.run()
        #expect(run.output == ["p": 1, "q": 0, "b": 1])
        #expect(run.seconds == 9)
    }

    @Test func suspendAndCancelReachAllBranches() throws {
        var run = try Simulation(body: Self.fork())
        run.start()
        run.send(.suspend(reason: "s"))
        run.complete(Self.id(run, "a"), 1)
        run.fail(Self.id(run, "b"), Fault(.runtime))
        #expect(run.state?.status == .suspended)
        run.send(.resume)
        #expect(run.state?.status == .faulted)
        run = try Simulation(body: Self.fork())
        run.start()
        run.send(.cancel(reason: "c"))
        #expect(run.kinds.filter { $0 == .taskCancelled }.count == 4)
        #expect(run.state?.status == .cancelled)
    }

    @Test func aThousandBranchesTakeNoThousandTimesAsLong() throws {
        func seconds(_ count: Int) throws -> Double {
            let branches = (0..<count).map {
                "{ b\($0): { call: http, with: { method: get, endpoint: 'https://x' } } }"
            }
            let definition = try CompiledDefinition(
                parsing: Array(
                    """
                    document: { dsl: '1.0.3', namespace: test, name: test, version: '1.0.0' }
                    do: [ { f: { fork: { branches: [ \(branches.joined(separator: ", ")) ] } } } ]
                    """.utf8))
            let start = Self.processorSeconds
            var state: ExecutionState?
            func send(_ command: ExecutionCommand) {
                guard case .accepted(let events) = decide(state, command, definition, now: Instant(milliseconds: 0))
                else { return }
                for event in events {
                    if state == nil { state = ExecutionState(event) } else { state!.apply(event) }
                }
            }
            send(.start(executionID: "x", definition: definition.reference, input: nil, tenant: "t"))
            for number in (2...(count + 1)).reversed() {
                send(.taskCompleted(taskID: "x:\(number)", attempt: 1, output: 1, usage: nil))
            }
            #expect(state?.status == .completed)
            return Self.processorSeconds - start
        }
        // The best of some, as others have the processor's caches too.
        let few = min(try seconds(150), try seconds(150), try seconds(150))
        let many = min(try seconds(1500), try seconds(1500))
        // Ten times as many: quadratic would be a hundred times.
        #expect(many < few * 45, "\(few) \(many)")
    }

    /// What this thread has used.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
