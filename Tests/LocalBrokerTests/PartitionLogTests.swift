import LocalBrokerDomain
import Testing

@testable import LocalBroker

@Suite(.timeLimit(.minutes(5))) struct PartitionLogTests {
    @Test func nothingIsReadBeforeItIsDurable() throws {
        try withFolder { folder in
            let fixture = LogFixture(folder)
            try fixture.append(LogFixture.batch(10))
            let ticket = fixture.log.ticket
            try fixture.append(LogFixture.batch(10))
            #expect(try fixture.offsets().isEmpty)
            fixture.log.becameDurable(ticket)
            #expect(try fixture.offsets() == [0])
            #expect(fixture.log.durableEnd == 1)
        }
    }

    @Test func aLogCutAnywhereComesBackUpToTheLastWholeBatch() throws {
        try withFolder { folder in
            let fixture = LogFixture(folder)
            for size in [5, 50, 20] { try fixture.append(LogFixture.batch(size)) }
            let file = try fixture.log.segments[0].file()
            let whole = try Disk.contents(file.path)!
            let ends = try ends(of: fixture)
            for cut in 0...whole.count {
                try file.truncate(to: 0)
                try whole[..<cut].withUnsafeBytes { try file.write($0, at: 0) }
                let again = LogFixture(folder)
                let report = try again.log.recover()
                let kept = ends.filter { $0 <= Int64(cut) }.count
                #expect(again.log.nextOffset == Int64(kept), "cut at \(cut)")
                #expect((report == nil) == (cut == 0 || ends.contains(Int64(cut))))
                #expect(try again.offsets() == (0..<Int64(kept)).map { $0 })
            }
        }
    }

    private func ends(of fixture: LogFixture) throws -> [Int64] {
        var ends: [Int64] = []
        let file = try fixture.log.segments[0].file()
        _ = try fixture.log.scanner.scan(file, from: 0, limit: try file.size(), verify: true) { header, position in
            ends.append(position + Int64(header.totalSize))
            return true
        }
        return ends
    }

    @Test func producersAreKnownAfterARestartThroughSegmentsAndWithoutSnapshots() throws {
        try withFolder { folder in
            let fixture = LogFixture(folder, settings: ["segment.bytes": "1024"])
            for sequence in 0..<30 {
                try fixture.append(LogFixture.batch(100, producer: 5, sequence: Int32(sequence)))
            }
            #expect(fixture.log.segments.count > 2)
            let again = LogFixture(folder, settings: ["segment.bytes": "1024"])
            _ = try again.log.recover()
            #expect(again.log.ledger == fixture.log.ledger)
            for name in try Disk.names(in: folder + "/p") where !name.hasSuffix(".log") {
                try Disk.removeFile(folder + "/p/" + name)
            }
            let bare = LogFixture(folder)
            _ = try bare.log.recover()
            #expect(bare.log.ledger == fixture.log.ledger)
            #expect(try bare.offsets() == (0..<30).map { $0 })
        }
    }

    @Test func aTimeIsFoundAcrossSegments() throws {
        try withFolder { folder in
            let fixture = LogFixture(folder, settings: ["segment.bytes": "1024"])
            for index in 0..<50 { try fixture.append(LogFixture.batch(100, time: Int64(1000 + index * 10))) }
            fixture.log.becameDurable(fixture.log.ticket)
            for index in 0..<50 {
                #expect(try fixture.log.find(time: Int64(1000 + index * 10 - 5))?.offset == Int64(index))
            }
            #expect(try fixture.log.find(time: 1491) == nil)
            #expect(try fixture.log.findNewest()?.offset == 49)
        }
    }

    @Test func retentionMovesTheStartAndARestartKeepsIt() throws {
        try withFolder { folder in
            let settings = ["segment.bytes": "1024", "retention.bytes": "2048"]
            let fixture = LogFixture(folder, settings: settings)
            for _ in 0..<50 { try fixture.append(LogFixture.batch(100)) }
            fixture.log.becameDurable(fixture.log.ticket)
            #expect(try fixture.log.applyRetention(now: 1000))
            let start = fixture.log.startOffset
            #expect(start > 30 && start < 45)
            try fixture.log.deleteRecords(before: start + 3)
            let again = LogFixture(folder, settings: settings)
            _ = try again.log.recover()
            #expect(again.log.startOffset == start + 3)
            #expect(try again.offsets(from: start + 3) == (start + 3..<50).map { $0 })
        }
    }

    @Test func bothChecksumsAgree() {
        var bytes: [UInt8] = []
        for index in 0..<300 {
            bytes.append(UInt8(truncatingIfNeeded: index &* 31))
            bytes.withUnsafeBytes { #expect(Checksum.crc32c($0) == Crc32c.checksum($0)) }
        }
    }
}
