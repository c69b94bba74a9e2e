import Glibc
import LocalBrokerDomain

@testable import LocalBroker

/// A folder that is gone afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/local-broker-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw StoreError("make folder", "/tmp") }
    let path = String(cString: made)
    defer { try? Disk.removeTree(path) }
    return try body(path)
}

/// A partition on a folder, with batches to put in it.
struct LogFixture {
    let log: PartitionLog
    let pool = FilePool(capacity: 8)

    init(_ folder: String, settings: [String: String] = [:]) {
        var all = TopicSettings()
        for (name, value) in settings { _ = all.set(name, to: value) }
        log = PartitionLog(
            id: 1, topic: "t", topicID: TopicID(high: 1, low: 1), index: 0, folder: folder + "/p", settings: all,
            pool: pool, scanner: SegmentScanner())
    }

    /// One record of `size` bytes, numbered if there is a producer.
    static func batch(_ size: Int, producer: Int64 = -1, sequence: Int32 = -1, time: Int64 = 1000) -> [UInt8] {
        var record = WireWriter()
        record.int8(0)
        record.unsignedVarint(0)
        record.unsignedVarint(0)
        record.unsignedVarint(1)
        record.unsignedVarint(size * 2)
        let inner = record.bytes + [UInt8](repeating: 0x61, count: size) + [0]
        var writer = WireWriter()
        writer.int64(0)
        writer.int32(0)
        writer.int32(-1)
        writer.int8(2)
        writer.int32(0)
        writer.int16(0)
        writer.int32(0)
        writer.int64(time)
        writer.int64(time)
        writer.int64(producer)
        writer.int16(producer < 0 ? -1 : 0)
        writer.int32(sequence)
        writer.int32(1)
        writer.unsignedVarint(inner.count * 2)
        var bytes = writer.bytes + inner
        bytes.replaceSubrange(8..<12, with: withUnsafeBytes(of: Int32(bytes.count - 12).bigEndian) { [UInt8]($0) })
        let sum = bytes[21...].withUnsafeBytes { Checksum.crc32c($0) }
        bytes.replaceSubrange(17..<21, with: withUnsafeBytes(of: sum.bigEndian) { [UInt8]($0) })
        return bytes
    }

    func append(_ batch: [UInt8], now: Int64 = 1000) throws {
        var batch = batch
        let header = batch.withUnsafeBytes { BatchHeader($0)! }
        try batch.withUnsafeMutableBytes { _ = try log.append(header, $0, now: now) }
    }

    /// Everything readable, offset by offset.
    func offsets(from start: Int64 = 0) throws -> [Int64] {
        var found: [Int64] = []
        var next = start
        while let slice = try log.read(from: next, limit: 1) {
            var last = next
            _ = try log.scanner.scan(
                slice.file, from: slice.position, limit: slice.position + Int64(slice.count), verify: true
            ) {
                found.append($0.baseOffset)
                last = $0.lastOffset
                return $1 != $1
            }
            if let offset = found.last { last = offset }
            next = last + 1
        }
        return found
    }
}
