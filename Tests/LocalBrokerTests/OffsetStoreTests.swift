import Testing

@testable import LocalBroker

@Suite(.timeLimit(.minutes(5))) struct OffsetStoreTests {
    private let place = OffsetStore.Place(topic: "t", partition: 3)

    private func offset(_ value: Int64) -> CommittedOffset {
        CommittedOffset(offset: value, leaderEpoch: 0, metadata: "note", time: 5)
    }

    @Test func commitsComeBackAndATornOneIsCut() throws {
        try withFolder { folder in
            let store = try OffsetStore(data: folder)
            try store.commit("g", [(place, offset(1))])
            let whole = store.size
            try store.commit("g", [(place, offset(2))])
            for size in stride(from: store.size, through: whole, by: -1) {
                try store.file.truncate(to: size)
                let again = try OffsetStore(data: folder)
                #expect(again.offset("g", place)?.offset == (size == store.size ? 2 : 1))
                if size < store.size { #expect(again.size == whole) }
            }
        }
    }

    @Test func historyIsRewrittenAndForgottenGroupsStayAway() throws {
        try withFolder { folder in
            let store = try OffsetStore(data: folder)
            try store.commit("gone", [(place, offset(9))])
            for value in 0..<30_000 { try store.commit("g", [(place, offset(Int64(value)))]) }
            #expect(store.size < 1 << 20)
            try store.forget("gone", nil)
            let again = try OffsetStore(data: folder)
            #expect(again.offset("g", place) == offset(29_999))
            #expect(again.groups["gone"] == nil)
        }
    }
}
