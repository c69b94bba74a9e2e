import LocalBrokerDomain

/// Where the newest batches of the active segment are: who reads at the end of the log asks for one of them.
struct LogTail {
    private static let most = 64

    private struct Batch {
        var first: Int64
        var last: Int64
        var position: Int64
        var size: Int
    }

    private var batches: [Batch] = []

    /// Notes a batch at the end.
    mutating func add(_ header: BatchHeader, at position: Int64) {
        if batches.count == Self.most { batches.removeFirst(Self.most / 2) }
        batches.append(
            Batch(first: header.baseOffset, last: header.lastOffset, position: position, size: header.totalSize))
    }

    /// Forgets all: another segment is active.
    mutating func clear() { batches = [] }

    /// The batch that holds `offset`; nil when it is not among them.
    func batch(with offset: Int64) -> (position: Int64, size: Int)? {
        guard let first = batches.first, first.first <= offset else { return nil }
        let place = batches.partitionPoint { $0.last >= offset }
        return place < batches.count ? (batches[place].position, batches[place].size) : nil
    }
}
