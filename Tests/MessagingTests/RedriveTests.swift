import Contracts
import Core
import Kafka
import Postgres
import ProtoWire
import TestKit
import Testing

@testable import Messaging

@Suite("Redriven messages", .timeLimit(.minutes(5)))
struct RedriveTests {
    private func inbound(_ extensions: [String: String] = [:]) throws -> Inbound {
        var headers = ["ce_specversion": "1.0", "ce_id": "old", "ce_type": "t", "ce_source": "s", "ce_subject": "x"]
        for (name, value) in extensions { headers["ce_" + name] = value }
        return try Inbound(
            topic: input, partition: 0, offset: 7, key: Array("k".utf8), value: [1],
            headers: headers.map { ($0.key, Array($0.value.utf8)) }, receivedAt: Instant(microseconds: 5),
            tenant: "demo")
    }

    @Test func `a redriven message keeps its key, names the old one as its cause and counts`() throws {
        let first = Outbound(redriving: try inbound(), id: "new", Redrive(service: "scene", count: 1))
        #expect(first.key == "k" && first.topic == input && first.body == [1] && first.envelope.subject == "x")
        #expect(first.envelope.id == "new" && first.envelope.causationID == "old")
        let headers = first.record(prefix: "p.").headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
        #expect(
            headers.contains { $0 == ("ce_redrives", "1") } && headers.contains { $0 == ("ce_redrivefor", "scene") })
        let again = try inbound(["redrives": "4", "redrivefor": "scene"])
        #expect(again.envelope.redrive == Redrive(service: "scene", count: 4))
        #expect(try inbound(["redrives": "4"]).envelope.redrive == nil)
        #expect(try inbound(["redrives": "x", "redrivefor": "a"]).envelope.redrive?.count == 1)
    }

    @Test func `its service takes it and tells so, unless it dies; others pass over it`() async throws {
        try await withScene(partitions: 1) { scene in
            let producer = KafkaProducer(scene.kafka)
            let kinds = [("mine", "scene"), ("foreign", "another"), ("dies", "scene"), ("plain", "")]
            let messages = kinds.map { id, service in
                var envelope = Envelope(
                    id: id, type: "t", source: "s", time: Instant(microseconds: 0), tenant: "demo")
                envelope.redrive = service.isEmpty ? nil : Redrive(service: service, count: 1)
                return Outbound(topic: input, key: "k", envelope: envelope, contentType: "application/json", body: [])
                    .record(prefix: scene.prefix)
            }
            try await producer.send(messages)
            let handler = Recorder { message in
                if message.envelope.id == "dies" { throw Poison(message, "MS0002", "again") }
            }
            let service = RunningService(scene, handler: handler)
            try await eventually { try await scene.effectCount() >= 2 }
            #expect(try await scene.effects() == ["mine", "plain"])
            let records = try await scene.read(.deadLetters) { $0.count >= 2 }
            let taken = try records.filter { $0.type == DeadlettersV1.RedriveTaken.protoName }
                .map { try DeadlettersV1.RedriveTaken(protoBytes: $0.value ?? []) }
            #expect(taken.map(\.messageID) == ["mine"] && taken.first?.service == "scene")
            #expect(records.filter { $0.type == DeadlettersV1.MessageDied.protoName }.count == 1)
            try await service.stop()
            await producer.close()
        }
    }
}

extension KafkaRecord {
    fileprivate var type: String {
        String(decoding: headers.first { $0.name == "ce_type" }?.value ?? [], as: UTF8.self)
    }
}
