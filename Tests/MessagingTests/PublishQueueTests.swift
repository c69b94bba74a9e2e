import Core
import Testing

@testable import Messaging

@Suite struct PublishQueueTests {
    private func rows(_ ids: ClosedRange<Int64>) -> [OutboxRow] {
        ids.map { id in
            let envelope = Envelope(id: "\(id)", type: "t", source: "s", time: Instant(microseconds: 0), tenant: "demo")
            let message = Outbound(topic: .audit, key: "k", envelope: envelope, contentType: "x", body: [])
            return OutboxRow(id: id, messages: [message])
        }
    }

    @Test func rowsWaitForTransactionsThatReservedBefore() {
        var queue = PublishQueue()
        let slow = queue.reserve(rows(1...2))
        let quick = queue.reserve(rows(3...3))
        queue.commit(quick)
        #expect(queue.take(limit: 10).isEmpty)
        queue.commit(slow)
        #expect(queue.take(limit: 10).map(\.id) == [1, 2, 3])
        #expect(queue.pending == 3)
        queue.confirm()
        #expect(queue.isDrained && queue.takeConfirmed() == [1, 2, 3])
    }

    @Test func anAbandonedTransactionHoldsNobodyUp() {
        var queue = PublishQueue()
        let lost = queue.reserve(rows(1...5))
        let kept = queue.reserve(rows(6...6))
        queue.commit(kept)
        queue.abandon(lost)
        #expect(queue.take(limit: 10).map(\.id) == [6])
        #expect(queue.pending == 1)
    }

    @Test func rowsInDoubtHoldTheirPlaceUntilTheyAreFoundOrNot() {
        var queue = PublishQueue()
        let (found, lost) = (queue.reserve(rows(1...2)), queue.reserve(rows(3...3)))
        queue.commit(queue.reserve(rows(4...4)))
        queue.doubt(found)
        queue.doubt(lost)
        #expect(queue.take(limit: 10).isEmpty && queue.doubtful == [1, 2, 3])
        queue.resolve([1, 2, 3], existing: [1, 2])
        #expect(queue.take(limit: 10).map(\.id) == [1, 2, 4])
        #expect(queue.pending == 3 && queue.doubtful.isEmpty)
    }

    @Test func droppedRowsLeaveTheBatchAndTheRestIsTriedAgain() {
        var queue = PublishQueue()
        queue.commit(queue.reserve(rows(1...3)))
        _ = queue.take(limit: 10)
        queue.replace([OutboxRow(id: 2, messages: [])])
        queue.putBack()
        #expect(queue.take(limit: 10).map(\.id) == [1, 3] && queue.pending == 2)
        queue.confirm()
        #expect(queue.isDrained)
    }

    @Test func rowsThatAreBeingDeletedAreKnownUntilTheyAreGone() {
        var queue = PublishQueue()
        queue.commit(queue.reserve(rows(1...2)))
        _ = queue.take(limit: 10)
        queue.confirm()
        let ids = queue.takeConfirmed()
        #expect(ids == [1, 2] && queue.known.sorted() == ids && queue.takeConfirmed().isEmpty)
        queue.returnConfirmed(ids)
        #expect(queue.known.sorted() == ids && queue.takeConfirmed() == ids)
        queue.forget(ids)
        #expect(queue.known.isEmpty)
    }

    @Test func whatWasPutBackComesFirst() {
        var queue = PublishQueue()
        queue.commit(queue.reserve(rows(1...2)))
        queue.commit(queue.reserve(rows(3...4)))
        #expect(queue.take(limit: 2).map(\.id) == [1, 2])
        queue.putBack()
        let late = queue.reserve(rows(5...5))
        #expect(queue.take(limit: 9).map(\.id) == [1, 2, 3, 4])
        queue.confirm()
        queue.commit(late)
        #expect(queue.take(limit: 9).map(\.id) == [5])
    }

    @Test(arguments: 1...200) func everyCommittedRowIsPublishedInTheOrderOfReservation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = PublishQueue()
        var open: [PublishQueue.Ticket: [Int64]] = [:]
        var expected: [Int64] = []
        var abandoned: Set<Int64> = []
        var acknowledged: [Int64] = []
        var nextID: Int64 = 1

        func finish(_ ticket: PublishQueue.Ticket) {
            let ids = open.removeValue(forKey: ticket)!
            if Int.random(in: 0..<4, using: &random) == 0 {
                queue.abandon(ticket)
                abandoned.formUnion(ids)
            } else {
                queue.commit(ticket)
            }
        }
        func publish() {
            let taken = queue.take(limit: Int.random(in: 1...6, using: &random))
            if taken.isEmpty || Bool.random(using: &random) {
                queue.confirm()
                acknowledged += taken.map(\.id)
            } else {
                queue.putBack()
            }
        }
        for _ in 0..<200 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let last = nextID + Int64.random(in: 0...3, using: &random)
                let made = rows(nextID...last)
                nextID = last + 1
                open[queue.reserve(made)] = made.map(\.id)
                expected += made.map(\.id)
            case 1: if let ticket = open.keys.sorted().randomElement(using: &random) { finish(ticket) }
            default: publish()
            }
        }
        for ticket in open.keys.sorted() { finish(ticket) }
        for _ in 0..<400 where !queue.isDrained { publish() }
        #expect(acknowledged == expected.filter { !abandoned.contains($0) })
        #expect(queue.isDrained && queue.pending == 0)
        #expect(queue.takeConfirmed() == acknowledged)
    }
}
