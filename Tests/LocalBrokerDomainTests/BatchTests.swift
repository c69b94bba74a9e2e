import LocalBrokerDomain
import Testing

@Suite struct BatchTests {
    private func judge(_ batch: [UInt8], limit: Int = 1 << 20) -> BrokerFault? {
        batch.withUnsafeBytes { raw in
            guard case .failure(let fault) = BatchCheck.accept(raw, limit: limit, checksum: Crc32c.checksum) else {
                return nil
            }
            return fault
        }
    }

    @Test func theChecksumIsCastagnolis() {
        #expect(Array("123456789".utf8).withUnsafeBytes { Crc32c.checksum($0) } == 0xE306_9283)
    }

    @Test func aWholeBatchIsTaken() {
        let batch = BatchBuilder(records: [("a", "1"), ("b", nil), (nil, "3")])
        #expect(judge(batch.build()) == nil)
        #expect(batch.header.lastOffset == 2)
        #expect(batch.header.recordCount == 3)
    }

    @Test func noBatchWithAChangedByteIsTaken() {
        let batch = BatchBuilder(records: [("key", "a value of some length")]).build()
        for place in batch.indices where !(0..<8).contains(place) && !(12..<16).contains(place) {
            var changed = batch
            changed[place] ^= 0x41
            #expect(judge(changed) != nil, "byte \(place)")
        }
    }

    @Test func noPartOfABatchIsTaken() {
        let batch = BatchBuilder().build()
        for count in 0..<batch.count { #expect(judge(Array(batch[..<count])) != nil) }
        #expect(judge(batch + [0]) == .invalidRecord)
        #expect(judge(batch + batch) == .invalidRecord)
    }

    @Test(arguments: 0..<20) func noiseIsRefusedWithoutATrap(seed: Int) {
        var random = SeededRandom(seed)
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var batch = BatchBuilder().build()
            for _ in 0..<4 {
                batch[Int.random(in: 16..<batch.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            #expect(judge(noise) != nil)
            batch.withUnsafeBytes { raw in _ = RecordReader.records(in: raw) { _ in true } }
        }
    }

    @Test func whatIsTooLargeOrOfAnOldFormatIsNamedSo() {
        var batch = BatchBuilder().build()
        #expect(judge(batch, limit: 10) == .messageTooLarge)
        batch[16] = 1
        #expect(judge(batch) == .unsupportedForMessageFormat)
    }

    @Test func recordsAreReadBackAndFoundByTime() {
        let batch = BatchBuilder(records: [("a", "1"), (nil, "2"), ("c", nil)], baseOffset: 100).build()
        batch.withUnsafeBytes { raw in
            var seen: [String] = []
            let isRead = RecordReader.records(in: raw) { record in
                let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? "-"
                seen.append("\(record.offset) \(key) \(record.isTombstone)")
                return true
            }
            #expect(isRead)
            #expect(seen == ["100 a false", "101 - false", "102 c true"])
            #expect(RecordReader.first(atOrAfter: 1_000_005, from: 0, in: raw)?.offset == 101)
            #expect(RecordReader.first(atOrAfter: 1_000_000, from: 102, in: raw)?.offset == 102)
            #expect(RecordReader.first(atOrAfter: 1_000_021, from: 0, in: raw) == nil)
        }
    }

    @Test func compactionKeepsOffsetsAndASoundChecksum() {
        let batch = BatchBuilder(records: [("a", "1"), ("b", "2"), ("a", "3")], baseOffset: 7).build()
        let outcome = batch.withUnsafeBytes { raw in
            BatchCompaction.compact(raw, checksum: Crc32c.checksum) { $0.offset != 8 }
        }
        guard case .shrunk(let bytes) = outcome else {
            Issue.record("not shrunk: \(outcome)")
            return
        }
        bytes.withUnsafeBytes { raw in
            let header = BatchHeader(raw)!
            #expect(header.matchesChecksum(raw, checksum: Crc32c.checksum))
            #expect((header.baseOffset, header.lastOffset, header.recordCount) == (7, 9, 2))
            var offsets: [Int64] = []
            _ = RecordReader.records(in: raw) { record in
                offsets.append(record.offset)
                return true
            }
            #expect(offsets == [7, 9])
        }
        batch.withUnsafeBytes { raw in
            #expect(BatchCompaction.compact(raw, checksum: Crc32c.checksum) { _ in false } == .dropped)
            #expect(BatchCompaction.compact(raw, checksum: Crc32c.checksum) { _ in true } == .unchanged)
        }
    }
}
