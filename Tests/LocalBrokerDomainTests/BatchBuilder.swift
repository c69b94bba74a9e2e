import LocalBrokerDomain

/// Builds batches as a producer would.
struct BatchBuilder {
    var records: [(key: String?, value: String?)] = [("key", "value")]
    var baseTimestamp: Int64 = 1_000_000
    var producerID: Int64 = -1
    var epoch: Int16 = -1
    var sequence: Int32 = -1
    var baseOffset: Int64 = 0

    func build() -> [UInt8] {
        var body: [UInt8] = []
        for (index, record) in records.enumerated() {
            var inner: [UInt8] = [0]
            inner += varint(Int64(index * 10)) + varint(Int64(index))
            inner += field(record.key) + field(record.value) + varint(0)
            body += varint(Int64(inner.count)) + inner
        }
        var head: [UInt8] = big(baseOffset) + big(Int32(49 + body.count)) + big(Int32(-1)) + [2] + big(UInt32(0))
        head += big(Int16(0)) + big(Int32(records.count - 1)) + big(baseTimestamp)
        head += big(baseTimestamp + Int64((records.count - 1) * 10)) + big(producerID) + big(epoch) + big(sequence)
        var batch = head + big(Int32(records.count)) + body
        let sum = batch[21...].withUnsafeBytes { Crc32c.checksum($0) }
        batch.replaceSubrange(17..<21, with: big(sum))
        return batch
    }

    var header: BatchHeader { build().withUnsafeBytes { BatchHeader($0)! } }

    private func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }

    private func field(_ text: String?) -> [UInt8] {
        guard let text else { return varint(-1) }
        return varint(Int64(text.utf8.count)) + text.utf8
    }

    private func varint(_ value: Int64) -> [UInt8] {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
