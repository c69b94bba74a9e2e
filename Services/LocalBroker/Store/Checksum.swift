import CChecksum
import LocalBrokerDomain

/// The fastest CRC-32C that this processor has.
enum Checksum {
    static let crc32c: Crc32c.Function = checksumx_has_crc32c() ? byInstruction : Crc32c.checksum

    @Sendable private static func byInstruction(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return 0 }
        return checksumx_crc32c(base, bytes.count)
    }
}
