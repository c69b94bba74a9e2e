import Core
import Kafka
import Postgres
import TestKit
import Testing

@testable import Messaging

@Suite("Outages cost time only", .serialized, .timeLimit(.minutes(5)))
struct OutageTests {
    /// Runs a service while `disturb` takes servers away; expects each input once and each output in order.
    private func disturbed(
        _ scene: Scene, count: Int, by disturb: (_ reached: (Int) async throws -> Void) async throws -> Void
    ) async throws {
        let service = RunningService(scene)
        let sender = Task {
            for start in stride(from: 0, to: count, by: 20) { try await scene.send(start..<start + 20) }
        }
        try await disturb { number in
            try await eventually("\(number) effects") {
                (try? await scene.effectCount()) ?? 0 >= number
            }
        }
        try await sender.value
        let records = try await scene.read(output) { Set($0.map(\.text.id)).count >= count }
        #expect(firstOutputs(records) == expectedOutputs(0..<count))
        let effects = try await scene.effects()
        #expect(effects.count == count && Set(effects).count == count)
        try await service.stop()
        let left = try await scene.pool.query("SELECT id FROM outbox")
        #expect(left.isEmpty)
    }

    @Test("The database crashes twice in mid-run")
    func database() async throws {
        // Durable: what is tested is that nothing committed is forgotten.
        let server = try await TestServers.shared.blocking { try PostgresServer(isDurable: true) }
        try await PostgresPool(PostgresConfiguration(url: server.url)).closing { admin in
            try await admin.execute("CREATE SCHEMA scene")
        }
        let pool = PostgresPool(PostgresConfiguration(url: server.url, searchPath: ["scene"]))
        try await withTestTopics([input.rawValue, output.rawValue, Topic.deadLetters.rawValue]) { prefix, kafka in
            let scene = Scene(pool: pool, kafka: kafka, prefix: prefix)
            try await scene.prepare()
            try await disturbed(scene, count: 1000) { reached in
                for number in [100, 500] {
                    try await reached(number)
                    try await TestServers.shared.blocking {
                        server.crash()
                        server.start()
                    }
                }
            }
        }
        await pool.close()
        try await TestServers.shared.blocking { server.stop() }
    }

    @Test("The broker is killed twice in mid-run")
    func broker() async throws {
        let server = try await TestServers.shared.blocking { try KafkaServer() }
        try await withTestDatabase { pool in
            let kafka = KafkaConfiguration(bootstrap: server.bootstrap)
            let scene = Scene(pool: pool, kafka: kafka, prefix: "x.")
            try await KafkaAdmin(kafka).createTopics(
                [input, output, .deadLetters].map { TopicSpecification("x.\($0.rawValue)", partitions: 4) })
            try await scene.prepare()
            try await disturbed(scene, count: 600) { reached in
                for number in [100, 300] {
                    try await reached(number)
                    try await TestServers.shared.blocking {
                        server.crash()
                        try server.start()
                    }
                }
            }
        }
        try await TestServers.shared.blocking { server.stop() }
    }
}

extension PostgresPool {
    func closing(_ body: (PostgresPool) async throws -> Void) async throws {
        try await body(self)
        await close()
    }
}
