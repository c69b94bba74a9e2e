import Glibc
import LocalBrokerDomain
import Testing

@testable import LocalBroker

@Suite(.timeLimit(.minutes(5))) struct JournalFailureTests {
    /// Lets everything fail that is done with a file from now on.
    private func spoil(_ file: StoreFile) throws {
        let full = try StoreFile(path: "/dev/full", flags: O_RDWR)
        #expect(dup2(full.descriptor, file.descriptor) >= 0)
    }

    @Test func aRoundThatTheJournalFailsIsRefusedAndTheLogsTakeOver() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 3, settings: TopicSettings())
            for _ in 0..<3 { #expect(try fixture.round("t", [0, 1]) == nil) }
            try spoil(fixture.journal.segments[0])
            #expect(try fixture.round("t", [0])?.isFull == true)
            // What the journal spoke for is synced at once, and from now on all is.
            #expect(fixture.settle().isEmpty)
            #expect(try fixture.files().map(\.syncs) == [1, 1])
            #expect(try fixture.round("t", [2]) == nil)
            #expect(try fixture.files().map(\.syncs) == [1, 1, 1])
        }
    }

    @Test func aLogThatCannotBeSettledTakesNothingMoreAndTheJournalKeepsWhatItHas() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder, segmentBytes: 2048)
            _ = try fixture.topics.create("t", partitions: 2, settings: TopicSettings())
            for _ in 0..<4 { #expect(try fixture.round("t", [0, 1]) == nil) }
            let broken = try fixture.files()[0]
            try spoil(broken)
            // The other segment is begun, so that the first is to be settled.
            let begun = fixture.journal.segments[1].syncs
            while fixture.journal.segments[1].syncs == begun { #expect(try fixture.round("t", [1]) == nil) }
            let reports = fixture.settle()
            let id = fixture.topics.partition("t", 0)!.id
            #expect(reports.flatMap(\.tickets).map(\.owner) == [.partition(id)])
            #expect(reports.first?.error?.page == "LB0003")
            // A sync that failed once never succeeds, whoever asks next.
            #expect(throws: StoreError.self) { try broken.sync() }
            #expect(try JournalFixture.records(try JournalReader(data: folder)).first?.base == 0)
            // The disk mended, a start finds everything in the journal.
            try Disk.removeFile(broken.path)
            let again = try JournalFixture(folder, segmentBytes: 2048)
            #expect(try again.offsets("t", 0) == [0, 1, 2, 3])
        }
    }

    @Test func whatNeitherLogNorJournalHasIsSaidAndNoOffsetIsGivenOutTwice() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 1, settings: TopicSettings())
            for _ in 0..<4 { try fixture.round("t", [0]) }
            // Opened again, the logs are durable and the journal is empty.
            let second = try JournalFixture(folder)
            for _ in 0..<2 { try second.round("t", [0]) }
            let log = second.topics.partition("t", 0)!
            try log.segments[0].file().truncate(to: log.segments[0].size / 6 * 3)
            let third = try JournalFixture(folder)
            #expect(third.gaps.map(\.range) == [3..<4])
            #expect(try third.offsets("t", 0) == [0, 1, 2, 4, 5])
            #expect(third.topics.partition("t", 0)!.nextOffset == 6)
            let fourth = try JournalFixture(folder)
            #expect(try fourth.offsets("t", 0) == [0, 1, 2, 4, 5])
        }
    }

    @Test func aCleanStopLeavesDurableLogsAndAnEmptyJournal() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            _ = try fixture.topics.create("t", partitions: 4, settings: TopicSettings())
            for _ in 0..<3 { try fixture.round("t", [0, 1, 2, 3]) }
            try fixture.journal.empty()
            fixture.noteSyncs()
            let again = try fixture.cutPower(seed: 0)
            #expect(again.held.isEmpty)
            for index in Int32(0)..<4 { #expect(try again.offsets("t", index) == [0, 1, 2]) }
        }
    }

    @Test func aRemovedLogIsLetGo() throws {
        try withFolder { folder in
            let fixture = try JournalFixture(folder)
            let topic = try fixture.topics.create("t", partitions: 1, settings: TopicSettings())
            try fixture.round("t", [0])
            weak let file = try fixture.files()[0]
            try fixture.topics.delete(topic)
            try Disk.removeTree(fixture.topics.trashFolder)
            topic.partitions = []
            #expect(file != nil)
            fixture.journal.forgetRemoved()
            #expect(file == nil)
        }
    }

    @Test func withoutRoomForAJournalTheBrokerWorksAsBefore() throws {
        try withFolder { folder in
            try Disk.replace(folder + "/journal", with: [1])
            let broker = try Broker(LocalBrokerConfiguration(dataFolder: folder), port: 9092)
            #expect(broker.journal == nil)
        }
    }
}
