/// RFC 4648, with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for offset in 0..<3 { word = word << 8 | (offset < chunk.count ? Int(chunk[start + offset]) : 0) }
            for position in 0..<4 {
                out.append(position <= chunk.count ? digits[word >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// In the alphabet for URLs, without padding.
    static func url(_ bytes: [UInt8]) -> String {
        String(encoded(bytes).compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }

    /// Reads either alphabet, with or without padding; nil when it is neither.
    static func decoded(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var (word, bits) = (0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            let plain =
                byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
            guard let digit = digits.firstIndex(of: plain) else { return nil }
            (word, bits) = ((word << 6 | digit) & 0xffff, bits + 6)
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return out
    }
}
