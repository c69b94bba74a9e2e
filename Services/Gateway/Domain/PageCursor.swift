public import Core

/// Where a list goes on: after the row of this moment and id, in falling order. Opaque to clients.
public struct PageCursor: Sendable, Hashable {
    /// The last row's moment.
    public let time: Instant
    /// The last row's id.
    public let id: String

    /// After the row of `time` and `id`.
    public init(time: Instant, id: String) { (self.time, self.id) = (time, id) }

    /// Reads the text form; nil when it is none.
    public init?(_ text: String) {
        guard let bytes = Base64.decoded(text), let plain = String(validating: bytes, as: UTF8.self),
            let dot = plain.firstIndex(of: "."), let micros = Int64(plain[..<dot])
        else { return nil }
        self.init(time: Instant(microseconds: micros), id: String(plain[plain.index(after: dot)...]))
    }

    /// The text form: base64url without padding.
    public var text: String { Base64.url(Array("\(time.microseconds).\(id)".utf8)) }
}
