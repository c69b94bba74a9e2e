/// Server-sent events, as a client reads them (HTML Standard, 9.2.6).
enum EventStream {
    /// The data of the events that are complete in the text; those without data are left out.
    static func data(of bytes: [UInt8]) -> [String] {
        var events: [String] = []
        var lines: [Substring] = []
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.isEmpty {
                if !lines.isEmpty { events.append(lines.joined(separator: "\n")) }
                lines = []
            } else if line.hasPrefix("data:") {
                let value = line.dropFirst(5)
                lines.append(value.first == " " ? value.dropFirst() : value)
            } else if line == "data" {
                lines.append("")
            }
        }
        return events
    }
}
