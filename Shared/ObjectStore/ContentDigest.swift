/// The name of a content: its SHA-256 in lower-case hex, as stores and schemas write it.
public enum ContentDigest {
    /// The digest of `bytes`.
    public static func hex(of bytes: [UInt8]) -> String { SHA256Digest.hex(SHA256Digest.hash(bytes)) }

    /// Where the blobs of a tenant lie.
    static func place(of tenant: String) -> String { "tenants/\(hex(of: Array(tenant.utf8)))" }
}
