import ObjectStore

/// HMAC-SHA-256 (RFC 2104).
enum HMAC {
    static func sha256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? SHA256Digest.hash(key) : key
        let padded = short + [UInt8](repeating: 0, count: 64 - short.count)
        let inner = SHA256Digest.hash(padded.map { $0 ^ 0x36 } + bytes)
        return SHA256Digest.hash(padded.map { $0 ^ 0x5c } + inner)
    }
}
