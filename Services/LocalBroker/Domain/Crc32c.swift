/// CRC-32C (Castagnoli) in plain Swift: the reference that faster checksums are tested against.
public enum Crc32c {
    /// A function with the same contract as `checksum`, so that the shell may use the processor's own instruction.
    public typealias Function = @Sendable (UnsafeRawBufferPointer) -> UInt32

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in (crc & 1) == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
    }

    /// The checksum of `bytes`; 0 for none.
    @Sendable public static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
        return ~crc
    }
}
