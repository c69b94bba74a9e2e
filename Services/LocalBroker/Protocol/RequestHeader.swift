/// What every request begins with.
struct RequestHeader {
    var apiKey: Int16
    var version: Int16
    var correlationID: Int32
    var clientID: String

    /// The request's kind, if it is one that is understood.
    var api: ApiKey? { ApiKey(rawValue: apiKey) }

    init(_ reader: inout WireReader) {
        apiKey = reader.int16()
        version = reader.int16()
        correlationID = reader.int32()
        clientID = reader.nullableString() ?? ""
        guard let api, api.versions.contains(version) else { return }
        reader.isFlexible = api.isFlexible(version)
        reader.tags()
    }

    /// A writer that has the response's head in it; the length in front is filled in by `WireWriter.finish`.
    func answer() -> WireWriter {
        var writer = WireWriter()
        writer.int32(0)
        writer.int32(correlationID)
        writer.isFlexible = api?.isFlexible(version) ?? false
        if api != .apiVersions { writer.tags() }
        return writer
    }
}

extension WireWriter {
    /// Fills in the length of the message, `extra` bytes of which are sent from elsewhere.
    mutating func finish(extra: Int = 0) -> [UInt8] {
        patch(Int32(count - 4 + extra), at: 0)
        return bytes
    }
}
