import Core

/// Cuts a stream into messages: server-sent events, of which `data`, `event` and `id` are read and lines end by LF or
/// CRLF, and lines of JSON.
struct MessageStream: Sendable {
    private var line: [UInt8] = []
    private var data: [String] = []
    private var headers: JSONObject = [:]

    /// The messages that are complete now: `{payload, headers}`.
    mutating func take(_ bytes: [UInt8]) -> [JSON] {
        var messages: [JSON] = []
        for byte in bytes {
            if byte != UInt8(ascii: "\n") { line.append(byte) } else { close(into: &messages) }
        }
        return messages
    }

    /// What is left at the end of the stream: a last line of JSON without its end. An event without its empty line is
    /// none.
    mutating func end() -> [JSON] {
        var messages: [JSON] = []
        if !text.isEmpty { close(into: &messages) }
        self = MessageStream()
        return messages
    }

    /// The line so far.
    private var text: ArraySlice<UInt8> { line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...] }

    private mutating func close(into messages: inout [JSON]) {
        let bytes = text
        line = []
        if bytes.isEmpty {
            if !data.isEmpty { messages.append(Self.message(data.joined(separator: "\n"), headers)) }
            (data, headers) = ([], [:])
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 1 ? "" : String(parts[1].first == " " ? parts[1].dropFirst() : parts[1])
        switch parts[0] {
        case "data": data.append(value)
        case "event", "id": headers[String(parts[0])] = .string(value)
        case "", "retry": break
        default: if let payload = try? JSON(parsing: Array(bytes)) { messages.append(Self.message(payload, [:])) }
        }
    }

    private static func message(_ text: String, _ headers: JSONObject) -> JSON {
        message((try? JSON(parsing: Array(text.utf8))) ?? .string(text), headers)
    }

    private static func message(_ payload: JSON, _ headers: JSONObject) -> JSON {
        ["payload": payload, "headers": .object(headers)]
    }
}
