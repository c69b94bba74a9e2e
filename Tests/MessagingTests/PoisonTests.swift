import Contracts
import Core
import Kafka
import Postgres
import ProtoWire
import TestKit
import Testing

@testable import Messaging

@Suite("Poison never blocks", .timeLimit(.minutes(5)))
struct PoisonTests {
    struct Broken: Error {}

    @Test("Bad messages among a thousand go to the dead letters with cause and origin; all others take effect in order")
    func isolation() async throws {
        try await withScene(partitions: 1) { scene in
            try await scene.send(0..<500, keys: 1)
            let producer = KafkaProducer(scene.kafka)
            // No CloudEvent at all.
            try await producer.send([KafkaMessage(topic: scene.prefix + input.rawValue, key: [0xff], value: [1, 2])])
            try await scene.send(500..<1000, keys: 1)
            let handler = Recorder { message in
                if message.envelope.id == "100" { throw Poison(message, "MS0002", "as the test wants") }
                if message.envelope.id == "700" { throw Broken() }
            }
            let service = RunningService(scene, handler: handler)
            try await eventually { try await scene.effectCount() >= 998 }
            let effects = try await scene.effects()
            let expected = (0..<1000).filter { $0 != 100 && $0 != 700 }.map(String.init)
            #expect(effects == expected)
            let rows = try await scene.pool.query("SELECT record_offset, code FROM dead_letters ORDER BY record_offset")
            #expect(try rows.map { try $0.int("record_offset") } == [100, 500, 701])
            #expect(try rows.map { try $0.string("code") } == ["MS0002", "MS0001", "MS0005"])
            let records = try await scene.read(.deadLetters) { $0.count >= 3 }
            let died = try records.map { try DeadlettersV1.MessageDied(protoBytes: $0.value ?? []) }
            #expect(Set(died.map(\.offset)) == [100, 500, 701])
            #expect(died.first { $0.offset == 500 }?.value == [1, 2])
            #expect(died.first { $0.offset == 500 }?.key == [0xff])
            try await service.stop()
            await producer.close()
        }
    }

    @Test("A statement that the database refuses undoes its own message only")
    func databaseRefuses() async throws {
        try await withScene(partitions: 1) { scene in
            try await scene.pool.execute("CREATE UNIQUE INDEX one_five ON effects (id) WHERE id = '5'")
            try await scene.pool.execute("INSERT INTO effects (id) VALUES ('5')")
            try await scene.send(0..<20, keys: 1)
            let service = RunningService(scene)
            try await eventually { try await scene.effectCount() >= 20 }
            let effects = try await scene.effects()
            let expected = ["5"] + (0..<20).filter { $0 != 5 }.map(String.init)
            #expect(effects == expected)
            let records = try await scene.read(output) { $0.count >= 19 }
            #expect(!records.contains { $0.text.id == "out/5" })
            let rows = try await scene.pool.query("SELECT code FROM dead_letters")
            #expect(rows.count == 1)
            try await service.stop()
        }
    }

    @Test("A NUL from outside, which the database cannot hold, is put aside and stops nothing")
    func nul() async throws {
        try await withScene(partitions: 1) { scene in
            let producer = KafkaProducer(scene.kafka)
            let topic = scene.prefix + input.rawValue
            var bad: [KafkaMessage] = []
            for name in ["ce_tenant", "ce_subject", "ce_correlationid"] {
                let record = Scene.record(topic, offset: 0, headers: [KafkaHeader(name, [0x61, 0, 0x62])])
                bad.append(KafkaMessage(topic: topic, key: [0x6b], value: [], headers: record.headers))
            }
            bad.append(
                KafkaMessage(topic: topic, key: [0, 1], value: [], headers: Scene.record(topic, offset: 0).headers))
            try await producer.send(bad)
            try await scene.send(0..<10, keys: 1)
            let service = RunningService(scene)
            try await eventually { try await scene.effectCount() >= 10 }
            let rows = try await scene.pool.query("SELECT code FROM dead_letters")
            #expect(try rows.map { try $0.string("code") } == ["MS0001", "MS0001", "MS0001", "MS0001"])
            let records = try await scene.read(.deadLetters) { $0.count >= 4 }
            #expect(records.count == 4)
            try await service.stop()
            await producer.close()
        }
    }

    @Test("An output that the broker never takes is parked with its content; all others are published")
    func unpublishable() async throws {
        try await withScene(partitions: 1) { scene in
            try await scene.send(0..<20, keys: 1)
            let handler = Fattening()
            let service = RunningService(scene, handler: handler)
            let records = try await scene.read(output) { firstOutputs($0)["k0"]?.count == 19 }
            #expect(!records.contains { $0.text.id == "out/7" })
            try await eventually {
                try await scene.pool.query(
                    "SELECT id FROM outbox WHERE owner = -1 AND octet_length(messages) > 16000000"
                ).count == 1
            }
            try await service.stop()
        }
    }

    @Test("An error that may pass is tried again for ever and loses nothing")
    func retried() async throws {
        try await withScene { scene in
            try await scene.send(0..<50)
            let failures = Failures(left: 6)
            let service = RunningService(scene, handler: Recorder { _ in try failures.next() })
            let records = try await scene.read(output) { $0.count >= 50 }
            #expect(firstOutputs(records) == expectedOutputs(0..<50))
            let rows = try await scene.pool.query("SELECT id FROM dead_letters")
            #expect(rows.isEmpty)
            try await service.stop()
        }
    }
}
