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
}
