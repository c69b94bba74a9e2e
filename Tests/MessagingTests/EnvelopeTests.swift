import Core
import Kafka
import Testing

@testable import Messaging

@Suite struct EnvelopeTests {
    private let envelope = Envelope(
        id: "e1", type: "cadenza.tasks.v1.RunTask", source: "cadenza/orchestrator",
        time: Instant("2026-11-21T08:00:00.25Z")!,
        subject: "s", tenant: "demo", correlationID: "c", causationID: "d",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

    @Test func binaryHeadersRoundTrip() throws {
        let headers = Dictionary(
            uniqueKeysWithValues: envelope.headers(contentType: "application/protobuf").map { ($0.name, $0.value) })
        #expect(headers["ce_tenant"] == "demo" && headers["ce_specversion"] == "1.0")
        #expect(try Envelope.binary(headers, time: Instant(microseconds: 0)) == envelope)
    }

    @Test(arguments: ["ce_id", "ce_type", "ce_source", "ce_specversion"]) func aMissingAttributeIsNamed(name: String) {
        var headers = Dictionary(uniqueKeysWithValues: envelope.headers(contentType: "x").map { ($0.name, $0.value) })
        headers[name] = nil
        let error = #expect(throws: EnvelopeError.self) { try Envelope.binary(headers, time: Instant(microseconds: 0)) }
        #expect(error?.reason.contains(name.dropFirst(3)) == true)
    }

    @Test func structuredEventsAreRead() throws {
        let text =
            #"{"specversion":"1.0","id":"1","type":"claim.received","source":"/hr","subject":"k","data":{"a":1}}"#
        let read = try Envelope.structured(Array(text.utf8), time: Instant(microseconds: 5))
        #expect(read.envelope.type == "claim.received" && read.envelope.time == Instant(microseconds: 5))
        #expect(try JSON(parsing: read.data) == ["a": 1])
        #expect(throws: EnvelopeError.self) { try Envelope.structured([1], time: Instant(microseconds: 0)) }
    }
}
