public import Core

/// A message's body as people read and change it.
public enum LetterBody: Sendable, Hashable {
    /// JSON, or a message of a schema shown as such.
    case json(JSON)
    /// Other text.
    case text(String)
    /// Anything else.
    case bytes([UInt8])

    /// How an API shows it: `{"json": …}`, `{"text": …}` or `{"hex": …}`.
    public var shown: JSON {
        switch self {
        case .json(let value): ["json": value]
        case .text(let text): ["text": .string(text)]
        case .bytes(let bytes): ["hex": .string(Self.hex(bytes))]
        }
    }

    /// Reads what `shown` gives; `base64` is taken as well. Nil when it is none of those.
    public init?(shown: JSON) {
        guard let members = shown.object, members.count == 1, let (form, value) = members.first(where: { _ in true })
        else { return nil }
        switch (form, value.string) {
        case ("json", _): self = .json(value)
        case ("text", let text?): self = .text(text)
        case ("hex", let text?):
            guard let bytes = Self.bytes(hex: text) else { return nil }
            self = .bytes(bytes)
        case ("base64", let text?):
            guard let bytes = Base64.decoded(text) else { return nil }
            self = .bytes(bytes)
        default: return nil
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = hex.utf8.filter { $0 != 0x20 && $0 != 0x0a }
            .compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count % 2 == 0, digits.count == hex.utf8.count(where: { $0 != 0x20 && $0 != 0x0a }) else {
            return nil
        }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
