/// One event of a live view (HTML Standard, server-sent events).
public struct ServerSentEvent: Sendable, Hashable {
    /// What a client sends back as `Last-Event-ID` when it reconnects; line ends are dropped.
    public var id: String?
    /// The kind; nil is `message`. Line ends are dropped.
    public var name: String?
    /// The text; each line goes on a `data:` line of its own.
    public var data: String

    /// An event.
    public init(id: String? = nil, name: String? = nil, data: String) {
        (self.id, self.name, self.data) = (id, name, data)
    }

    /// A comment: keeps proxies from timing out and shows whether the client is still there.
    public static let heartbeat: [UInt8] = Array(": \n\n".utf8)

    /// The event as sent.
    public var bytes: [UInt8] {
        var text = ""
        if let id { text += "id: \(Self.oneLine(id))\n" }
        if let name { text += "event: \(Self.oneLine(name))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    private static func oneLine(_ text: String) -> String { String(text.filter { !$0.isNewline && $0 != "\0" }) }
}
