import LocalBrokerDomain
import Testing

@Suite struct ProducerLedgerTests {
    private func batch(_ sequence: Int32, count: Int = 1, epoch: Int16 = 0, at offset: Int64 = 0) -> BatchHeader {
        var builder = BatchBuilder(records: Array(repeating: ("k", "v"), count: count))
        (builder.producerID, builder.epoch, builder.sequence, builder.baseOffset) = (7, epoch, sequence, offset)
        return builder.header
    }

    @Test func aRepeatedBatchIsAnsweredWithItsFirstOffset() {
        var ledger = ProducerLedger()
        for index in 0..<8 { ledger.record(batch(Int32(index * 2), count: 2, at: Int64(100 + index * 2))) }
        #expect(ledger.judge(batch(14, count: 2)) == .duplicate(baseOffset: 114, lastOffset: 115))
        #expect(ledger.judge(batch(6, count: 2)) == .duplicate(baseOffset: 106, lastOffset: 107))
        #expect(ledger.judge(batch(4, count: 2)) == .refuse(.outOfOrderSequenceNumber), "older than is remembered")
        #expect(ledger.judge(batch(16)) == .append)
        #expect(ledger.judge(batch(17)) == .refuse(.outOfOrderSequenceNumber))
        #expect(ledger.judge(batch(14, count: 1)) == .refuse(.outOfOrderSequenceNumber), "half of a batch")
    }

    @Test func aNewEpochBeginsAtZeroAndShutsTheOldOneOut() {
        var ledger = ProducerLedger()
        ledger.record(batch(0, count: 5))
        #expect(ledger.judge(batch(5, epoch: 1)) == .refuse(.outOfOrderSequenceNumber))
        #expect(ledger.judge(batch(0, epoch: 1)) == .append)
        ledger.record(batch(0, epoch: 1, at: 5))
        #expect(ledger.judge(batch(5, epoch: 0)) == .refuse(.invalidProducerEpoch))
    }

    @Test func sequencesWrapFromTheLargestNumberToZero() {
        var ledger = ProducerLedger()
        ledger.record(batch(Int32.max - 1, count: 2))
        #expect(ledger.judge(batch(0)) == .append)
        ledger.record(batch(Int32.max, count: 3, at: 10))
        #expect(ledger.judge(batch(2)) == .append)
    }

    @Test func whoDoesNotNumberIsNotRemembered() {
        var ledger = ProducerLedger()
        ledger.record(BatchBuilder().header)
        #expect(ledger.count == 0)
        #expect(ledger.judge(BatchBuilder().header) == .append)
    }

    /// A network that repeats what is not yet acknowledged must never make the log differ from what was sent.
    @Test(arguments: 0..<50) func resendingNeverRepeatsNorReorders(seed: Int) {
        var random = SeededRandom(seed)
        var ledger = ProducerLedger()
        var log: [Int32] = []
        var sent: [BatchHeader] = []
        var nextSequence: Int32 = 0
        for _ in 0..<300 {
            if sent.count < ProducerLedger.remembered, Bool.random(using: &random) {
                let count = Int.random(in: 1...3, using: &random)
                sent.append(batch(nextSequence, count: count))
                nextSequence += Int32(count)
            }
            // Everything in flight arrives again, in order, up to some point.
            for index in sent.indices.prefix(Int.random(in: 0...sent.count, using: &random)) {
                switch ledger.judge(sent[index]) {
                case .append:
                    var header = sent[index]
                    header.baseOffset = Int64(log.count)
                    ledger.record(header)
                    for delta in 0..<header.recordCount { log.append(header.baseSequence + delta) }
                case .duplicate(let baseOffset, _):
                    #expect(log[Int(baseOffset)] == sent[index].baseSequence)
                case .refuse(let fault): Issue.record("refused: \(fault)")
                }
            }
            if let first = sent.first, log.contains(first.baseSequence), Bool.random(using: &random) {
                sent.removeFirst()
            }
        }
        #expect(log == Array(0..<Int32(log.count)))
    }
}
