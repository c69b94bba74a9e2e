import Contracts
import Core
import Engine
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import ServiceKit
import StateKeeperDomain
import Telemetry
import TestKit
import Testing
import Workflow

@testable import StateKeeper

/// The service on real servers: the events of real executions in, histories and proofs out.
@Suite(.timeLimit(.minutes(5))) struct StateKeeperFlowTests {
    private static func withBench(_ body: @escaping @Sendable (ServiceBench) async throws -> Void) async throws {
        try await withServiceBench(
            "state", migrations: StateKeeperService.migrations,
            topics: [.orchestratorEvents, .agentsEvents, .approvalsEvents, .policyEvents, .audit, .stateCommands],
            answers: [.stateEvents]
        ) { bench, outbox in
            let chain = HashChain { SHA256Digest.hash($0) }
            let claims = ClaimCheck(objects: bench.objects)
            let fold = Fold(claims: claims)
            let plan = AuditPlan(interval: .milliseconds(200), patience: .milliseconds(200))
            let gaps = HistoryGaps(plan: plan, outbox: outbox, telemetry: .silent)
            let handler = StateHandler(
                writer: HistoryWriter(chain: chain, fold: fold, telemetry: .silent),
                reader: HistoryReader(chain: chain, fold: fold, claims: claims), gaps: gaps)
            return [.init("history", bench.processor(handler, outbox)), .init("gaps", gaps)]
        } _: {
            try await body($0)
        }
    }

    /// The events of an execution of two `set` tasks, as the orchestrator publishes them.
    private static func history(
        _ execution: String, _ tasks: JSON = [["one": ["set": ["a": 1]]], ["two": ["set": ["b": 2]]]]
    ) throws -> [OrchestratorV1.ExecutionEvent] {
        let document: JSON = [
            "document": ["dsl": "1.0.3", "namespace": "tests", "name": "pair", "version": "1.0.0"], "do": tasks,
        ]
        let definition = try CompiledDefinition(document: document)
        let command = ExecutionCommand.start(
            executionID: execution, definition: definition.reference, input: ["x": 1], tenant: "demo")
        guard case .accepted(let events) = decide(nil, command, definition, now: Instant(microseconds: 1_000_000))
        else {
            throw TestFailure("the execution was refused")
        }
        return events.enumerated().map { index, event in
            OrchestratorV1.ExecutionEvent(
                executionID: execution, sequence: Int64(index + 1), timeUs: 1_000_000, kind: event.kind.rawValue,
                status: "running", body: CoreV1.Payload(json: event.json), formVersion: 1)
        }
    }

    /// The events of an execution that goes round three hundred times.
    private static func longHistory(_ execution: String) throws -> [OrchestratorV1.ExecutionEvent] {
        try history(
            execution,
            [["all": ["for": ["in": "${ [range(300)] }"], "do": [["one": ["set": ["n": "${ $item }"]]]]]]])
    }

    @Test func aStateThatNobodyHasInMemoryIsFoldedFromWhatIsStored() async throws {
        try await Self.withBench { bench in
            let events = try Self.longHistory("e1")
            let half = events.count / 2
            #expect(half > 100)
            func send(_ part: ArraySlice<OrchestratorV1.ExecutionEvent>) async throws {
                for start in stride(from: part.startIndex, to: part.endIndex, by: 7) {
                    let some = Array(part[start..<min(start + 7, part.endIndex)])
                    try await bench.peer.send(
                        OrchestratorV1.ExecutionEvents(events: some), to: .orchestratorEvents, key: "e1",
                        id: "e1/\(some[0].sequence)")
                }
            }
            func stored(_ column: SQL) async throws -> Int? {
                try await bench.pool.query("SELECT \(column) AS n FROM logs").first?.int("n")
            }
            try await bench.running {
                try await send(events[..<half])
                try await eventually("the first half") { try await stored("last_sequence") == half }
            }
            let snapshot = try #require(try await stored("state_sequence"))
            #expect(snapshot > 0 && half - snapshot < 100)
            try await bench.running {
                try await send(events[half...])
                try await eventually("the rest") { try await stored("last_sequence") == events.count }
                #expect(try await stored("state_sequence") == events.count)
                let verified = try await Self.verify("e1", "v1", on: bench)
                #expect(verified.sound && verified.finding == "" && verified.events == Int64(events.count))
            }
        }
    }

    private static func send(_ event: OrchestratorV1.ExecutionEvent, again: String = "", on bench: ServiceBench)
        async throws
    {
        try await bench.peer.send(
            event, to: .orchestratorEvents, key: event.executionID, id: "\(event.executionID)/\(event.sequence)\(again)"
        )
    }

    private static func verify(_ execution: String, _ id: String, on bench: ServiceBench) async throws
        -> StateV1.ExecutionVerified
    {
        try await bench.peer.send(
            StateV1.VerifyExecution(requestID: id, executionID: execution), to: .stateCommands, key: execution, id: id)
        return try await bench.peer.wait(StateV1.ExecutionVerified.self) { $0.requestID == id }[0]
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func eventsInAnyOrderAndTwiceGiveOneSoundHistory(seed: UInt64) async throws
    {
        try await Self.withBench { bench in
            let events = try Self.history("e1")
            #expect(events.count >= 4)
            var random = SplitMix64(seed: seed)
            try await bench.running {
                for (n, event) in (events + events).shuffled(using: &random).enumerated() {
                    try await Self.send(event, again: "#\(n)", on: bench)
                }
                try await eventually("the whole history is there") {
                    try await bench.pool.query("SELECT last_sequence FROM logs").first?.int("last_sequence")
                        == events.count
                }
                let verified = try await Self.verify("e1", "v1", on: bench)
                #expect(verified.sound && verified.finding == "" && verified.events == Int64(events.count))
                #expect(try verified.state?.json().object?.isEmpty == false)
            }
        }
    }

    @Test func pagesShowEventsAndActivitiesAndUnknownExecutionsAreRejected() async throws {
        try await Self.withBench { bench in
            let events = try Self.history("e1")
            try await bench.running {
                for event in events { try await Self.send(event, on: bench) }
                try await bench.peer.send(
                    PolicyV1.VerdictGiven(
                        evaluationID: "t", executionID: "e1", policy: "p", version: "1.0.0", outcome: .deny),
                    to: .policyEvents, key: "e1", id: "verdict")
                try await eventually("everything is stored") {
                    try await bench.pool.query("SELECT 1 FROM activities, logs WHERE last_sequence = \(events.count)")
                        .count == 1
                }
                try await bench.peer.send(
                    StateV1.ReadHistory(requestID: "r1", executionID: "e1", afterSequence: 0, limit: 2),
                    to: .stateCommands,
                    key: "e1", id: "r1")
                try await bench.peer.send(
                    StateV1.ReadHistory(requestID: "r2", executionID: "nobody"), to: .stateCommands, key: "x", id: "r2")
                let answers = try await bench.peer.wait(for: 2, StateV1.HistoryRead.self)
                let first = try #require(answers.first { $0.requestID == "r1" })
                let page = try #require(try first.page?.json())
                #expect(page["events"]?.array?.count == 2 && first.nextAfterSequence == 2)
                #expect(page["activities"]?[0]?["body"]?["outcome"] == "deny")
                #expect(answers.first { $0.requestID == "r2" }?.rejection?.code == "ST0001")
            }
        }
    }

    @Test func aChangedRowIsFound() async throws {
        try await Self.withBench { bench in
            let events = try Self.history("e1")
            try await bench.running {
                for event in events { try await Self.send(event, on: bench) }
                try await eventually("the history is stored") {
                    try await bench.pool.query("SELECT last_sequence FROM logs").first?.int("last_sequence")
                        == events.count
                }
                await #expect(throws: (any Error).self) {
                    try await bench.pool.execute("UPDATE events SET message = ''")
                }
                try await bench.pool.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
                // The row that holds it.
                try await bench.pool.execute(
                    """
                    UPDATE events SET message = message || '\\x00'::bytea
                    WHERE sequence <= 2 AND sequence + batch_size > 2
                    """)
                let verified = try await Self.verify("e1", "v1", on: bench)
                #expect(!verified.sound && verified.finding.contains("ST0002: event"))
            }
        }
    }

    @Test func `a history that lacks an event is an incident, which closes when the event comes after all`()
        async throws
    {
        try await Self.withBench { bench in
            let events = try Self.history("g1")
            try await bench.running {
                for event in events where event.sequence != 2 { try await Self.send(event, on: bench) }
                let raised = try await bench.peer.wait(AgentsV1.IncidentRaised.self) { $0.executionID == "g1" }
                #expect(raised[0].cause == "history" && raised[0].code == "ST0004")
                #expect(raised[0].detail.contains("number 2 on"))
                let open = try await bench.pool.query("SELECT missing FROM gaps")
                #expect(try open.map { try $0.int("missing") } == [2])
                try await Self.send(events[1], on: bench)
                let closed = try await bench.peer.wait(AgentsV1.IncidentDecided.self) { $0.executionID == "g1" }
                #expect(closed[0].incidentID == raised[0].incidentID && closed[0].decision == .answered)
                #expect(try await bench.pool.query("SELECT missing FROM gaps").isEmpty)
            }
        }
    }

    @Test func `an event that cannot follow ends the folding of its history, not the service`() async throws {
        try await Self.withBench { bench in
            let others = try Self.history("h2")
            var events = try Self.history("h1")
            events[2].body = others[2].body
            var repeated = try Self.history("h3")
            repeated[2].body = repeated[1].body
            try await bench.running {
                for event in events + others + repeated { try await Self.send(event, on: bench) }
                let verified = try await Self.verify("h1", "v1", on: bench)
                #expect(!verified.sound && verified.finding == "ST0003: event 3 is one of another execution")
                let second = try await Self.verify("h3", "v3", on: bench)
                #expect(!second.sound && second.finding == "ST0003: event 3 ends run 1 again", "\(second.finding)")
                #expect(try await Self.verify("h2", "v2", on: bench).sound)
            }
        }
    }

    @Test func `last events that never came are an incident once the orchestrator has said how it stands`() async throws
    {
        try await Self.withBench { bench in
            let events = try Self.history("g2")
            func say(_ execution: String, _ sequence: Int, _ id: String, inOrder: Bool = true) async throws {
                try await bench.peer.send(
                    LivenessV1.ExecutionStanding(
                        executionID: execution, sequence: Int64(sequence), inOrder: inOrder),
                    to: .orchestratorEvents, key: execution, id: id)
            }
            try await bench.running {
                for event in events.dropLast() { try await Self.send(event, on: bench) }
                // What is not in order may be ahead of the events; what agrees lacks nothing.
                try await say("g2", events.count, "s1", inOrder: false)
                try await say("g2", events.count - 1, "s2")
                try await say("g2", 0, "s3")
                try await say("g2", events.count, "s4")
                let raised = try await bench.peer.wait(AgentsV1.IncidentRaised.self) { $0.executionID == "g2" }
                #expect(raised.map(\.code) == ["ST0004"])
                #expect(raised[0].detail.contains("number \(events.count) on"))
                #expect(try bench.peer.all(AgentsV1.IncidentRaised.self).count == 1)
                try await Self.send(events[events.count - 1], on: bench)
                let closed = try await bench.peer.wait(AgentsV1.IncidentDecided.self) { $0.executionID == "g2" }
                #expect(closed.map(\.incidentID) == ["g2:history"])
            }
        }
    }
}
