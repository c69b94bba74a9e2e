import LocalBrokerDomain
import Testing

@Suite struct PolicyTests {
    private func segments(_ facts: [(size: Int64, end: Int64, time: Int64)]) -> [RetentionPolicy.Segment] {
        facts.map { RetentionPolicy.Segment(size: $0.size, endOffset: $0.end, maxTimestamp: $0.time) }
    }

    @Test func oldSegmentsGoButNeverTheActiveOne() {
        let all = segments([(10, 10, 100), (10, 20, 200), (10, 30, 300)])
        func expired(now: Int64, time: Int64 = -1, bytes: Int64 = -1, start: Int64 = 0, deletes: Bool = true) -> Int {
            RetentionPolicy.expired(
                all, now: now, retentionTime: time, retentionBytes: bytes, startOffset: start, deletes: deletes)
        }
        #expect(expired(now: 10_000) == 0)
        #expect(expired(now: 350, time: 200) == 1)
        #expect(expired(now: 10_000, time: 0) == 2)
        #expect(expired(now: 0, bytes: 20) == 1)
        #expect(expired(now: 0, bytes: 21) == 0)
        #expect(expired(now: 0, bytes: 0) == 2)
        #expect(expired(now: 0, start: 20) == 2)
        #expect(expired(now: 0, start: 19) == 1)
        #expect(expired(now: 10_000, time: 0, start: 10, deletes: false) == 1)
    }

    @Test func settingsAreCheckedAndRemembered() {
        var settings = TopicSettings()
        #expect(settings.set("retention.ms", to: "1000") == nil)
        #expect(settings.retentionTime == 1000)
        #expect(settings.set("retention.ms", to: "soon") != nil)
        #expect(settings.set("cleanup.policy", to: "burn") != nil)
        #expect(settings.set("no.such.thing", to: "1") != nil)
        #expect(settings.change("cleanup.policy", adding: "compact", removing: false) == nil)
        #expect(settings.compacts && settings.deletes)
        #expect(settings.change("cleanup.policy", adding: "delete", removing: true) == nil)
        #expect(settings.compacts && !settings.deletes)
        #expect(settings.change("cleanup.policy", adding: "compact", removing: true) != nil, "one must stay")
        #expect(settings.overrides.map(\.name) == ["cleanup.policy", "retention.ms"])
        #expect(settings.set("retention.ms", to: nil) == nil)
        #expect(settings.retentionTime == 604_800_000)
    }

    @Test func namesThatCouldLeaveTheirFolderAreNone() {
        for name in ["a", "cadenza.events-1_x", String(repeating: "x", count: 249)] { #expect(TopicName.isValid(name)) }
        for name in ["", ".", "..", "a/b", "ä", "a b", String(repeating: "x", count: 250), "a\0"] {
            #expect(!TopicName.isValid(name))
        }
    }
}
