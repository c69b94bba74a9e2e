import Contracts
import Core
import Kafka
import ProtoWire
import Testing

@testable import Messaging

@Suite struct OutboxRowTests {
    private func message(_ id: String, size: Int = 1, _ change: (inout Envelope) -> Void = { _ in }) -> Outbound {
        var envelope = Envelope(
            id: id, type: "t", source: "s", time: Instant(microseconds: 1_798_761_600_123_456), tenant: "acme")
        change(&envelope)
        return Outbound(
            topic: .audit, key: "k", envelope: envelope, contentType: Envelope.protobuf,
            body: Array(repeating: 7, count: size))
    }

    @Test func aRowIsReadAsItWasWritten() throws {
        let full = message("1") { envelope in
            (envelope.subject, envelope.correlationID, envelope.causationID) = ("e", "c", "d")
            (envelope.traceparent, envelope.extensions) = ("00-1-2-01", ["attempt": "2", "iteration": "0"])
        }
        let messages = [full, message("2")]
        #expect(try OutboxRow(id: 5, bytes: OutboxRow.bytes(messages)) == OutboxRow(id: 5, messages: messages))
    }

    @Test func aStructuredMessageIsPublishedTheSameWithoutItsEnvelope() throws {
        var event = JSONObjectText()
        event.add("id", "1")
        let told = Outbound(topic: .lifecycleEvents, key: "k", id: "1", structured: event)
        let read = try OutboxRow(id: 5, bytes: OutboxRow.bytes([told])).messages[0]
        #expect(read == told && read.envelope.id == "1")
        #expect(read.record(prefix: "p.") == told.record(prefix: "p."))
        #expect(told.record(prefix: "p.").headers.map(\.name) == ["content-type"])
    }

    @Test func whatMessagesHaveInCommonIsStoredOnce() throws {
        for seed in 0..<200 {
            var random = SplitMix64(seed: UInt64(seed))
            let messages = (0..<Int.random(in: 1...30, using: &random)).map { number in
                var message = message("\(number)")
                message.topic = [.audit, .lifecycleEvents].randomElement(using: &random)!
                message.key = ["a", "b"].randomElement(using: &random)!
                message.contentType = ["application/protobuf", "text/plain"].randomElement(using: &random)!
                message.body = (0..<Int.random(in: 0...20, using: &random)).map {
                    $0 < 9 ? 1 : .random(in: 1...2, using: &random)
                }
                return message
            }
            #expect(try OutboxRow(id: 1, bytes: OutboxRow.bytes(messages)).messages == messages)
            for row in OutboxRow.rows(messages) {
                #expect(try OutboxRow(id: 1, bytes: row.bytes).messages == row.messages)
            }
        }
        let events = (0..<20).map { message("\($0)", size: 300) }
        #expect(OutboxRow.bytes(events).count < 20 * 60 + 300)
        // What follows nothing cannot be read.
        let stray = OutboxV1.Batch(messages: [OutboxV1.Message(id: "1", follows: true)])
        #expect(throws: ProtoError.self) { try OutboxRow(id: 1, bytes: stray.protoBytes()) }
    }

    @Test func rowsKeepTheOrderAndFitOnAPageUnlessAMessageDoesNot() throws {
        let sizes = [1, 2, 4500, 3000, 3, 20_000, 4, 5]
        let messages = sizes.enumerated().map { place, size in
            var message = message("\(place)", size: size)
            message.body[0] = UInt8(place)
            return message
        }
        let rows = OutboxRow.rows(messages)
        #expect(rows.map { $0.messages.map(\.envelope.id) } == [["0", "1", "2", "3", "4"], ["5"], ["6", "7"]])
        for row in rows {
            let read = try OutboxRow(id: 1, bytes: row.bytes)
            #expect(read.messages == row.messages)
            #expect(row.bytes.count <= OutboxRow.largest || row.messages.count == 1)
        }
        #expect(OutboxRow.rows([]).isEmpty)
    }
}
