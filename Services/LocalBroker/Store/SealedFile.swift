/// Small files that carry their own checksum, so that half a file is known for what it is.
enum SealedFile {
    /// `body` with its checksum before it.
    static func seal(_ body: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.int32(Int32(bitPattern: body.withUnsafeBytes(Checksum.crc32c)))
        return writer.bytes + body
    }

    /// The body; nil if it is not the one that was sealed.
    static func open(_ sealed: [UInt8]) -> [UInt8]? {
        guard sealed.count >= 4 else { return nil }
        let body = Array(sealed[4...])
        return seal(body) == sealed ? body : nil
    }
}
