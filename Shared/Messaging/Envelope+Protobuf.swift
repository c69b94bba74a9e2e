import Core
import ProtoWire

/// The protobuf format of CloudEvents 1.0 (`io.cloudevents.v1.CloudEvent`), inwards.
extension Envelope {
    static let structuredProtobuf = "application/cloudevents+protobuf"

    /// Reads structured mode in protobuf: the envelope, the data and its content type.
    static func structured(
        protobuf body: [UInt8], time: Instant, tenant: String = defaultTenant
    ) throws(EnvelopeError) -> (envelope: Envelope, contentType: String, data: [UInt8]) {
        var event = ProtobufEvent()
        do throws(ProtoError) {
            try event.read(body)
        } catch {
            throw EnvelopeError("the structured event is no protobuf CloudEvent: \(error)")
        }
        var attributes = EventAttributes()
        for (name, value) in event.attributes { try attributes.take(name, value) }
        attributes.traceparent = event.attributes["traceparent"]
        let envelope = try attributes.envelope(time: time, tenant: tenant)
        return (envelope, event.attributes["datacontenttype"] ?? event.contentType, event.data)
    }
}

/// A CloudEvent as its fields come by.
private struct ProtobufEvent {
    var attributes: [String: String] = [:]
    var data: [UInt8] = []
    /// What the data is when no attribute says so.
    var contentType = "application/octet-stream"

    mutating func read(_ bytes: [UInt8]) throws(ProtoError) {
        var reader = try ProtoReader(bytes)
        while let tag = try reader.next() {
            switch (tag.number, tag.wire) {
            case (1, .delimited): attributes["id"] = try reader.text()
            case (2, .delimited): attributes["source"] = try reader.text()
            case (3, .delimited): attributes["specversion"] = try reader.text()
            case (4, .delimited): attributes["type"] = try reader.text()
            case (5, .delimited): try readAttribute(try reader.data())
            case (6, .delimited): data = try reader.data()
            case (7, .delimited): (data, contentType) = (Array(try reader.text().utf8), "text/plain")
            case (8, .delimited): try readMessage(try reader.data())
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func readAttribute(_ entry: [UInt8]) throws(ProtoError) {
        var (name, value) = ("", "")
        var reader = try ProtoReader(entry)
        while let tag = try reader.next() {
            switch (tag.number, tag.wire) {
            case (1, .delimited): name = try reader.text()
            case (2, .delimited): value = try Self.value(try reader.data())
            default: try reader.skip(tag)
            }
        }
        attributes[name] = value
    }

    /// A value in its one of seven types, as text.
    private static func value(_ bytes: [UInt8]) throws(ProtoError) -> String {
        var value = ""
        var reader = try ProtoReader(bytes)
        while let tag = try reader.next() {
            switch (tag.number, tag.wire) {
            case (1, .varint): value = try reader.varint() == 0 ? "false" : "true"
            case (2, .varint): value = String(Int32(truncatingIfNeeded: try reader.varint()))
            case (3, .delimited), (5, .delimited), (6, .delimited): value = try reader.text()
            case (4, .delimited): value = Base64.text(try reader.data())
            case (7, .delimited): value = try moment(try reader.data())
            default: try reader.skip(tag)
            }
        }
        return value
    }

    private static func moment(_ bytes: [UInt8]) throws(ProtoError) -> String {
        var microseconds: Int64 = 0
        var reader = try ProtoReader(bytes)
        while let tag = try reader.next() {
            switch (tag.number, tag.wire) {
            case (1, .varint):
                let seconds = Int64(truncatingIfNeeded: try reader.varint())
                microseconds += min(max(seconds, -62_135_596_800), 253_402_300_799) * 1_000_000
            case (2, .varint): microseconds += Int64(Int32(truncatingIfNeeded: try reader.varint())) / 1000
            default: try reader.skip(tag)
            }
        }
        return Instant(microseconds: microseconds).description
    }

    /// Data that is a message: its bytes, and what it is as the data's schema.
    private mutating func readMessage(_ any: [UInt8]) throws(ProtoError) {
        contentType = Envelope.protobuf
        var reader = try ProtoReader(any)
        while let tag = try reader.next() {
            switch (tag.number, tag.wire) {
            case (1, .delimited):
                let url = try reader.text()
                if attributes["dataschema"] == nil { attributes["dataschema"] = url }
            case (2, .delimited): data = try reader.data()
            default: try reader.skip(tag)
            }
        }
    }
}
