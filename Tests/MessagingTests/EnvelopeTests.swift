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
        let pairs = envelope.headers(contentType: "application/protobuf")
        #expect(try Envelope.binary(pairs, time: Instant(microseconds: 0)) == envelope)
    }

    @Test(arguments: ["ce_id", "ce_type", "ce_source", "ce_specversion"]) func aMissingAttributeIsNamed(name: String) {
        let headers = envelope.headers(contentType: "x").filter { $0.name != name }
        let error = #expect(throws: EnvelopeError.self) { try Envelope.binary(headers, time: Instant(microseconds: 0)) }
        #expect(error?.reason.contains(name.dropFirst(3)) == true)
    }

    @Test func aNULIsRefusedInWhatIsKeptOnly() throws {
        let passedOver = [("ce_traceparent", "a\0"), ("traceparent", "a\0"), ("ce_No-Attribute", "a\0"), ("x", "a\0")]
        let headers = envelope.headers(contentType: "x").filter { $0.name != "traceparent" }
        let read = try Envelope.binary(headers + passedOver, time: Instant(microseconds: 0))
        #expect(read.traceparent == nil && read.extensions.isEmpty)
        for name in ["ce_id", "ce_tenant", "ce_subject", "ce_own"] {
            let error = #expect(throws: EnvelopeError.self) {
                try Envelope.binary(headers + [(name, "a\0")], time: Instant(microseconds: 0))
            }
            #expect(error?.reason.contains(name.dropFirst(3)) == true)
        }
        let text = #"{"specversion":"1.0","id":"1","type":"t","source":"/s","traceparent":"\u0000","data":"\u0000"}"#
        let structured = try Envelope.structured(Array(text.utf8), time: Instant(microseconds: 5))
        #expect(structured.envelope.traceparent == nil)
    }

    @Test func structuredEventsAreRead() throws {
        let text =
            #"{"specversion":"1.0","id":"1","type":"claim.received","source":"/hr","subject":"k","data":{"a":1}}"#
        let read = try Envelope.structured(Array(text.utf8), time: Instant(microseconds: 5))
        #expect(read.envelope.type == "claim.received" && read.envelope.time == Instant(microseconds: 5))
        #expect(try JSON(parsing: read.data) == ["a": 1])
        #expect(throws: EnvelopeError.self) { try Envelope.structured([1], time: Instant(microseconds: 0)) }
    }

    @Test func structuredEventsInProtobufAreRead() throws {
        // Written by Google's library from the schema of CloudEvents.
        let text = """
            0a01311201731a03312e302201742a250a0f64617461636f6e74656e747479706512121a106170706c69636174696f6e2f6a736f6e\
            2a140a056c6576656c120b10f9ffffffffffffffff012a100a0674656e616e7412061a0461636d652a160a0474696d65120e3a0c08\
            c0e0a5cd061080cab5ee012a0c0a06757267656e74120208013a077b226e223a317d
            """
        let read = try Envelope.structured(protobuf: Self.bytes(text), time: Instant(microseconds: 5))
        #expect(read.envelope.id == "1" && read.envelope.tenant == "acme")
        #expect(read.envelope.time.description == "2026-03-05T12:00:00.500000Z")
        #expect(read.envelope.extensions == ["level": "-7", "urgent": "true"])
        #expect(read.contentType == "application/json" && read.data == Array(#"{"n":1}"#.utf8))
        let message = """
            0a01321201731a03312e3022017442380a30747970652e676f6f676c65617069732e636f6d2f696f2e636c6f75646576656e74732e\
            76312e436c6f75644576656e7412040a02696e
            """
        let other = try Envelope.structured(protobuf: Self.bytes(message), time: Instant(microseconds: 5))
        #expect(other.contentType == "application/protobuf" && other.data == [10, 2, 105, 110])
        #expect(other.envelope.extensions == ["dataschema": "type.googleapis.com/io.cloudevents.v1.CloudEvent"])
        for end in 0..<(text.utf8.count / 2) {
            _ = try? Envelope.structured(protobuf: Array(Self.bytes(text).prefix(end)), time: Instant(microseconds: 5))
        }
        #expect(throws: EnvelopeError.self) {
            try Envelope.structured(protobuf: [0xff, 0xff], time: Instant(microseconds: 0))
        }
    }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.filter(\.isHexDigit).compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
