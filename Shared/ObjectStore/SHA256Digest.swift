import COpenSSL

/// SHA-256 and HMAC-SHA-256 by OpenSSL.
public enum SHA256Digest {
    /// The 32 bytes of the digest.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    /// The HMAC of `bytes` under `key` (RFC 2104).
    public static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        var length: UInt32 = 0
        HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, &length)
        return digest
    }

    /// Bytes as lower-case hex digits.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest in hex out of `<digest>` or `sha256/<digest>`: nothing else becomes a path or a URL.
    static func checked(_ text: String) throws(ObjectStoreError) -> String {
        let digest = text.hasPrefix("sha256/") ? String(text.dropFirst(7)) : text
        let isHex = digest.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard digest.utf8.count == 64, isHex else {
            throw ObjectStoreError(.badDigest, "a digest is 64 lower-case hex digits")
        }
        return digest
    }
}
