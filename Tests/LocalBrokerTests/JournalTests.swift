import Glibc
import LocalBrokerDomain
import Testing

@testable import LocalBroker

@Suite(.timeLimit(.minutes(5))) struct JournalTests {
    @Test func aRoundCostsOneSyncHoweverManyPartitionsItTouches() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 16, settings: TopicSettings())
            let before = fixture.journalSyncs
            for count in 1...10 {
                #expect(try fixture.round("t", Array(0..<16) + Array(0..<16)) == nil)
                #expect(fixture.journalSyncs == before + count)
            }
            #expect(try fixture.logSyncs() == 0)
        }
    }

    /// What gathered while another round was under way shares one sync.
    @Test func worksThatGatheredShareASync() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 4, settings: TopicSettings())
            let works = try (0..<5).map { _ in try fixture.append("t", [0, 1, 2, 3]) }
            let before = fixture.journalSyncs
            #expect(fixture.syncer.perform(works).error == nil)
            #expect(fixture.journalSyncs == before + 1)
        }
    }

    @Test(arguments: 0..<5) func whatWasAcknowledgedOutlivesAPowerCutOnce(seed: Int) throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 16, settings: TopicSettings())
            for round in 0..<20 { try fixture.round("t", (0..<16).filter { (Int($0) + round) % 3 > 0 }) }
            let ends = (0..<16).map { fixture.topics.partition("t", $0)!.nextOffset }
            let ledgers = (0..<16).map { fixture.topics.partition("t", $0)!.ledger }
            // Not acknowledged: there or not, but not in part.
            _ = try fixture.append("t", [0, 5])
            var again = try fixture.cutPower(seed: seed)
            for _ in 0..<2 {
                for index in Int32(0)..<16 {
                    let log = again.topics.partition("t", index)!
                    #expect(log.nextOffset == ends[Int(index)])
                    #expect(try again.offsets("t", index) == (0..<ends[Int(index)]).map { $0 })
                    #expect(log.ledger == ledgers[Int(index)])
                }
                #expect(again.gaps.isEmpty)
                // The journal began anew: the logs alone must do now.
                again = try again.cutPower(seed: seed)
                #expect(again.held.isEmpty)
            }
        }
    }

    @Test(arguments: 0..<5) func sealedSegmentsNeedNoJournal(seed: Int) throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            var settings = TopicSettings()
            _ = settings.set("segment.bytes", to: "1024")
            _ = try fixture.topics.create("t", partitions: 2, settings: settings)
            for _ in 0..<40 { try fixture.round("t", [0, 1], size: 150) }
            #expect(fixture.topics.partition("t", 0)!.segments.count > 5)
            let again = try fixture.cutPower(seed: seed)
            for index in Int32(0)..<2 { #expect(try again.offsets("t", index) == (0..<40).map { $0 }) }
            #expect(again.gaps.isEmpty)
        }
    }

    @Test func aTornEndOfTheJournalIsLeftOut() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 2, settings: TopicSettings())
            for _ in 0..<3 { try fixture.round("t", [0, 1]) }
            let segment = try Disk.contents(Journal.paths(folder)[0])!
            let end = segment.lastIndex { $0 != 0 }! + 1
            let size = (end - JournalRecord.size) / 6
            for cut in stride(from: end - size + 1, to: end, by: 7) {
                for isFlipped in [true, false] {
                    var torn = segment
                    if isFlipped { torn[cut] ^= 0x10 } else { for place in cut..<end { torn[place] = 0 } }
                    try Disk.replace(Journal.paths(folder)[0], with: torn)
                    let left = try JournalFixture.records(try JournalReader(data: folder))
                    // The last byte of a batch may be 0 anyway.
                    let isTorn = torn != segment
                    #expect(left.map(\.base) == (isTorn ? [0, 0, 1, 1, 2] : [0, 0, 1, 1, 2, 2]), "at \(cut)")
                }
            }
        }
    }

    @Test func whatAFormerUseOfASegmentLeftIsNotRead() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder, segmentBytes: 2048)
            _ = try fixture.topics.create("t", partitions: 1, settings: TopicSettings())
            var written: [Int64] = []
            var starts: [Int64] = []
            for offset in Int64(0)..<100 {
                try fixture.round("t", [0])
                let used = try JournalFixture.records(try JournalReader(data: folder)).map(\.base)
                // Everything since the start of the older segment, in order, up to what was written last.
                #expect(used == (used[0]...offset).map { $0 })
                starts.append(used[0])
                written.append(offset)
                #expect(fixture.settle().isEmpty)
            }
            #expect(Set(starts).count > 10, "the segments were used again and again")
            #expect(starts == starts.sorted())
        }
    }

    @Test(arguments: 0..<5) func aFullJournalHoldsUpNobodyAndIsFreedBySyncsOnly(seed: Int) throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder, segmentBytes: 4096)
            _ = try fixture.topics.create("t", partitions: 3, settings: TopicSettings())
            // Nobody settles: both segments fill up, and the logs are synced themselves.
            for _ in 0..<40 { #expect(try fixture.round("t", [0, 1]) == nil) }
            let full = fixture.journalSyncs
            try fixture.round("t", [0, 1, 2])
            #expect(fixture.journalSyncs == full)
            #expect(try fixture.logSyncs() > 0)
            #expect(fixture.settle().isEmpty)
            let synced = try fixture.logSyncs()
            // Freed, it is used again.
            try fixture.round("t", [2])
            #expect(fixture.journalSyncs > full)
            #expect(try fixture.logSyncs() == synced)
            for _ in 0..<30 {
                try fixture.round("t", [0, 2])
                _ = fixture.settle()
            }
            let again = try fixture.cutPower(seed: seed)
            for (index, end) in [(Int32(0), Int64(71)), (1, 41), (2, 32)] {
                #expect(try again.offsets("t", index) == (0..<end).map { $0 })
            }
        }
    }

    @Test func aTopicMadeAgainGetsNothingOfItsForerunner() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            let first = try fixture.topics.create("t", partitions: 2, settings: TopicSettings())
            for _ in 0..<5 { try fixture.round("t", [0, 1]) }
            try fixture.topics.delete(first)
            _ = try fixture.topics.create("t", partitions: 1, settings: TopicSettings())
            for _ in 0..<2 { try fixture.round("t", [0], size: 50) }
            let again = try fixture.cutPower(seed: 0)
            #expect(again.held.count == 12)
            #expect(try again.offsets("t", 0) == [0, 1])
            #expect(again.gaps.isEmpty)
        }
    }

    @Test func moreLogsThanMayBeHeldOpenAreSyncedThemselves() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder, segmentBytes: 1 << 20)
            _ = try fixture.topics.create("t", partitions: 400, settings: TopicSettings())
            let parts = (0..<10).map { part in (0..<40).map { Int32($0 + part * 40) } }
            for part in parts { try fixture.round("t", part) }
            #expect(try fixture.logSyncs() == 400 - Journal.maxFiles)
            #expect(fixture.settle().isEmpty)
            // Settled, there is room for others.
            let synced = try fixture.logSyncs()
            try fixture.round("t", parts[9])
            #expect(try fixture.logSyncs() == synced)
            let again = try fixture.cutPower(seed: 0)
            for index in Int32(0)..<400 { #expect(try again.offsets("t", index) == (index < 360 ? [0] : [0, 1])) }
        }
    }

    @Test func bulkIsSyncedWhereItLies() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder, segmentBytes: 4 << 20)
            _ = try fixture.topics.create("t", partitions: 3, settings: TopicSettings())
            var work = try fixture.append("t", [0, 1])
            work.add(try fixture.append("t", [2], size: 300 << 10).ranges[0])
            let before = fixture.journalSyncs
            #expect(fixture.syncer.perform([work]).error == nil)
            #expect(try fixture.files().map(\.syncs) == [0, 0, 1])
            #expect(fixture.journalSyncs == before + 1)
            // Many small ones are bulk, too.
            #expect(try fixture.round("t", [0, 1, 2, 0, 1, 2], size: 200 << 10) == nil)
            #expect(try fixture.files().map(\.syncs) == [1, 1, 2])
            #expect(fixture.journalSyncs == before + 1)
        }
    }
}
