import Core
import StateKeeperDomain
import Testing

/// A stand-in digest: the domain only needs some function of the bytes.
private let chain = HashChain { bytes in
    (0..<4).flatMap { part -> [UInt8] in
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(part)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
    }
}

private func history(_ messages: [[UInt8]]) -> (events: [HistoryVerification.StoredEvent], log: HistoryLog) {
    var log = HistoryLog()
    var events: [HistoryVerification.StoredEvent] = []
    for (index, message) in messages.enumerated() {
        guard case .append(_, let hash) = log.receive(sequence: Int64(index + 1), message: message, chain: chain) else {
            preconditionFailure("in order")
        }
        events.append(.init(sequence: Int64(index + 1), message: message, hash: hash))
    }
    return (events, log)
}

private func findings(_ events: [HistoryVerification.StoredEvent], _ log: HistoryLog) -> HistoryVerification.Finding? {
    var verification = HistoryVerification(chain: chain)
    for event in events { if let finding = verification.check(event) { return finding } }
    return verification.finish(log)
}

@Suite struct HistoryLogTests {
    @Test(arguments: 1...50) func anyOrderOfArrivalEndsInTheSameLog(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let messages = (0..<20).map { [UInt8($0), 7] }
        let (_, expected) = history(messages)
        var log = HistoryLog()
        var arrivals = Array(messages.indices) + [3, 7, 7]
        arrivals.shuffle(using: &random)
        var early: Set<Int> = []
        for arrival in arrivals {
            early.insert(arrival)
            while let next = early.sorted().first(where: { Int64($0 + 1) <= log.lastSequence + 1 }) {
                early.remove(next)
                _ = log.receive(sequence: Int64(next + 1), message: messages[next], chain: chain)
            }
        }
        #expect(log == expected)
    }

    @Test func saysWhatIsMissing() {
        var log = HistoryLog()
        #expect(log.receive(sequence: 3, message: [1], chain: chain) == .early(missing: 1...2))
        #expect(log == HistoryLog())
    }
}

@Suite struct HistoryVerificationTests {
    private let messages = (0..<10).map { [UInt8($0), 1, 2] }

    @Test func aSoundHistoryHasNoFinding() {
        let (events, log) = history(messages)
        #expect(findings(events, log) == nil)
        #expect(findings([], HistoryLog()) == nil)
    }

    @Test(arguments: 0..<10) func aChangedByteIsFound(at position: Int) {
        var (events, log) = history(messages)
        events[position].message[1] ^= 1
        #expect(findings(events, log) == .broken(sequence: Int64(position + 1)))
    }

    @Test(arguments: 0..<10) func aMissingEventIsFound(at position: Int) {
        var (events, log) = history(messages)
        events.remove(at: position)
        let expected: HistoryVerification.Finding =
            position == 9 ? .wrongEnd(recorded: 10, found: 9) : .gap(Int64(position + 1)...Int64(position + 1))
        #expect(findings(events, log) == expected)
    }

    @Test func aRewrittenTailIsFoundByTheLogsRecord() {
        let (_, log) = history(messages)
        var forged = messages
        forged[9] = [99]
        #expect(findings(history(forged).events, log) == .broken(sequence: 10))
    }
}
