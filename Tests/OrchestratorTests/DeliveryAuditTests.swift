import Contracts
import Core
import Kafka
import Messaging
import Postgres
import Synchronization
import TestKit
import Testing

@testable import Orchestrator

/// What events bring about, and what becomes of it when the outbox's rows are gone before anybody was told.
@Suite(.timeLimit(.minutes(5))) struct DeliveryAuditTests {
    private static let hasty = ["CADENZA_AUDIT_INTERVAL": "100ms", "CADENZA_AUDIT_PATIENCE": "200ms"]
    private static let listener =
        Definitions.head("listener") + """
            do:
              - hear: { listen: { to: { all: [ { with: { type: x.told } }, { with: { type: x.closed } } ] } } }
            """
    private static let started = ScheduleTests.definition("started", "{ on: { one: { with: { type: x.came } } } }")

    /// Starts the execution `e1`, which listens from then on.
    private static func listen(_ world: World) async throws {
        try await world.register(listener)
        try await world.send(.start("e1", "test/listener"))
        try await eventually("it listens") { try world.log("e1").contains { $0.kind == "correlationStarted" } }
    }

    @Test func `a lost delivery, and a lost start that an event brought about, are told again`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            let sink = LossySink(installation.bootstrap, losing: 2)
            try await installation.withOrchestrator(sink: sink, settings: Self.hasty) { _ in
                try await world.register(Self.started)
                try await Self.listen(world)
                try await world.send(.event("x.told", "t1", ["n": 1]), .event("x.came", "c1", ["n": 2]))
                try await eventually("the event comes") { try world.log("e1").contains { $0.kind == "eventReceived" } }
                try await eventually("it starts") {
                    try world.events().contains { $0.definition?.name == "started" && $0.kind == "executionCompleted" }
                }
                #expect(sink.lost.sorted() == ["DeliverEvent", "StartExecution"])
                try await world.send(.event("x.closed", "t2", ["n": 3]))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
                try await eventually("nothing is missed") {
                    try await pool.query("SELECT FROM deliveries").isEmpty
                }
            }
            await sink.close()
            #expect(try EventTests.output("e1", world) == [["n": 1], ["n": 3]])
            #expect(try world.log("e1").count { $0.kind == "eventReceived" } == 2)
            #expect(try world.all(AgentsV1.IncidentRaised.self).isEmpty)
        }
    }

    @Test func `what does not come however often it is told is an incident, and closes once it has come`()
        async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            let sink = LossySink(installation.bootstrap, losing: .max)
            try await installation.withOrchestrator(sink: sink, settings: Self.hasty) { _ in
                try await Self.listen(world)
                try await world.send(.event("x.told", "t1", ["n": 1]))
                try await eventually("the incident") { try !world.all(AgentsV1.IncidentRaised.self).isEmpty }
                let raised = try #require(try world.all(AgentsV1.IncidentRaised.self).first)
                #expect(raised.cause == "delivery" && raised.executionID == "e1" && raised.taskID.isEmpty)
                #expect(sink.lost.count == 5)
                sink.heal()
                try await eventually("the event comes") { try world.log("e1").contains { $0.kind == "eventReceived" } }
                try await eventually("it closes") {
                    try world.all(AgentsV1.IncidentDecided.self).first?.decision == .answered
                }
            }
            await sink.close()
            #expect(try world.all(AgentsV1.IncidentRaised.self).count == 1)
        }
    }

    @Test func `what an execution that has ended was to be told is forgotten`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            let sink = LossySink(installation.bootstrap, losing: .max)
            try await installation.withOrchestrator(sink: sink, settings: Self.hasty) { _ in
                try await Self.listen(world)
                try await world.send(.event("x.told", "t1", ["n": 1]))
                try await eventually("it is lost") { !sink.lost.isEmpty }
                try await world.send(.cancel("e1"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCancelled" }
                try await eventually("nothing is missed") {
                    try await pool.query("SELECT FROM deliveries").isEmpty
                }
            }
            await sink.close()
            #expect(try world.all(AgentsV1.IncidentRaised.self).isEmpty)
        }
    }
}

/// Takes messages of the orchestrator to itself without bringing them, so many.
private final class LossySink: MessageSink {
    private let producer: KafkaProducer
    private let state: Mutex<(left: Int, lost: [String])>

    init(_ bootstrap: String, losing: Int) {
        producer = KafkaProducer(KafkaConfiguration(bootstrap: bootstrap, clientID: "lossy"))
        state = Mutex((losing, []))
    }

    /// The last part of the types of what was lost.
    var lost: [String] { state.withLock { $0.lost } }

    func heal() { state.withLock { $0.left = 0 } }

    func send(_ messages: [KafkaMessage]) async throws { try await producer.send(messages.filter { !loses($0) }) }

    func close() async { await producer.close() }

    private func loses(_ message: KafkaMessage) -> Bool {
        guard message.topic.hasSuffix(Topic.orchestratorCommands.rawValue) else { return false }
        let type = message.headers.first { $0.name == "ce_type" }.map { String(decoding: $0.value, as: UTF8.self) }
        return state.withLock { state in
            guard state.left > 0 else { return false }
            state.left -= 1
            state.lost.append(String((type ?? "").split(separator: ".").last ?? ""))
            return true
        }
    }
}
