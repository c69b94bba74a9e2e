import Contracts
import Core
import Engine
import Messaging
import ProtoWire
import TestKit
import Testing
import Workflow

@testable import Orchestrator

@Suite struct ExecutionBatchTests {
    private static let branches = 40

    private static func fan() throws -> CompiledDefinition {
        let call: JSON = ["call": "http", "with": ["method": "get", "endpoint": "https://x.example"]]
        let all = (0..<branches).map { number -> JSON in ["b\(number)": call] }
        return try CompiledDefinition(document: [
            "document": ["dsl": "1.0.3", "namespace": "test", "name": "fan", "version": "1.0.0"],
            "do": [["fan": ["fork": ["branches": .array(all)]]]],
        ])
    }

    private static func start(_ id: String, _ definition: CompiledDefinition) -> ExecutionCommand {
        .start(executionID: id, definition: definition.reference, input: [:], tenant: "acme")
    }

    /// The events of an execution as its messages tell them, a list a message.
    private func logs(_ batch: ExecutionBatch, of id: String) async throws -> [[OrchestratorV1.ExecutionEvent]] {
        try await withTestObjects { objects in
            try await Announcer(claims: ClaimCheck(objects: objects)).messages(batch.told())
                .filter { $0.topic == .orchestratorEvents && $0.key == id }
                .map { try OrchestratorV1.ExecutionEvents(protoBytes: $0.body).events }
        }
    }

    @Test func `what a transaction decides of an execution is one message that tells once why it will go on`()
        async throws
    {
        let definition = try Self.fan()
        var batch = ExecutionBatch(now: Instant(microseconds: 1), tellsLifecycle: false)
        for id in ["e1", "e2"] {
            #expect(
                batch.decide(Self.start(id, definition), of: id, definition, causationID: "c", traceparent: nil) == nil)
        }
        let runs = (try #require(batch.rows["e1"]?.state.causes)).compactMap { cause in
            if case .task(let id, _, _) = cause { id } else { nil }
        }
        #expect(runs.count == Self.branches)
        // The two executions' answers take turns, as in a poll.
        for run in runs.dropLast(3) {
            for id in ["e1", "e2"] {
                let task = id + run.dropFirst(2)
                let command = ExecutionCommand.taskCompleted(taskID: task, attempt: 1, output: [:], usage: nil)
                #expect(batch.decide(command, of: id, definition, causationID: task, traceparent: nil) == nil)
            }
        }
        for id in ["e1", "e2"] {
            let logs = try await logs(batch, of: id)
            #expect(logs.count == 1)
            let events = try #require(logs.first)
            #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
            #expect(events.dropLast().allSatisfy { $0.causes == nil })
            #expect(try events.last?.causes?.json().array?.count == 3)
        }
    }

    @Test func `one that has ended tells no causes, and no message is much larger than its limit`()
        async throws
    {
        let definition = try Self.fan()
        var batch = ExecutionBatch(now: Instant(microseconds: 1), tellsLifecycle: false)
        let start = Self.start("e1", definition)
        #expect(batch.decide(start, of: "e1", definition, causationID: "c", traceparent: nil) == nil)
        let text = JSON.string(String(repeating: "x", count: 20_000))
        for number in 0..<Self.branches * 2 {
            guard case .task(let task, _, _)? = batch.rows["e1"]?.state.causes.first else { break }
            let command = ExecutionCommand.taskCompleted(taskID: task, attempt: 1, output: text, usage: nil)
            #expect(batch.decide(command, of: "e1", definition, causationID: "\(number)", traceparent: nil) == nil)
        }
        let logs = try await logs(batch, of: "e1")
        #expect(logs.joined().last?.kind == "executionCompleted")
        #expect(logs.joined().map(\.sequence) == Array(1...Int64(logs.joined().count)))
        #expect(logs.joined().allSatisfy { $0.causes == nil })
        #expect(logs.count > 2)
        let sizes = logs.map { $0.reduce(0) { $0 + $1.protoBytes().count } }
        #expect(sizes.allSatisfy { $0 < Announcer.largestMessage + 10_000 }, "\(sizes)")
    }
}
