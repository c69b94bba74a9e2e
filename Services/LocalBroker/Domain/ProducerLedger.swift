/// What a partition remembers of idempotent producers: enough to answer a repeated batch with its first offset.
public struct ProducerLedger: Equatable, Sendable {
    /// As many batches as a producer may have in flight.
    public static let remembered = 5

    /// One appended batch.
    public struct Batch: Equatable, Sendable {
        /// The number of its first record.
        public var firstSequence: Int32
        /// The number of its last record.
        public var lastSequence: Int32
        /// The offset of its first record.
        public var baseOffset: Int64
        /// The offset of its last record.
        public var lastOffset: Int64

        /// A batch as it was appended.
        public init(firstSequence: Int32, lastSequence: Int32, baseOffset: Int64, lastOffset: Int64) {
            self.firstSequence = firstSequence
            self.lastSequence = lastSequence
            self.baseOffset = baseOffset
            self.lastOffset = lastOffset
        }
    }

    /// One producer: its newest epoch and the last batches of that epoch, oldest first.
    public struct Entry: Equatable, Sendable {
        /// The newest epoch seen.
        public var epoch: Int16
        /// The newest record, in milliseconds of the epoch.
        public var lastTimestamp: Int64
        /// The last batches of that epoch, oldest first.
        public var batches: [Batch]

        /// A producer as it is known.
        public init(epoch: Int16, lastTimestamp: Int64, batches: [Batch]) {
            self.epoch = epoch
            self.lastTimestamp = lastTimestamp
            self.batches = batches
        }
    }

    /// What to do with a batch.
    public enum Verdict: Equatable, Sendable {
        case append
        /// It is in the log already: answer with these offsets once they are durable.
        case duplicate(baseOffset: Int64, lastOffset: Int64)
        case refuse(BrokerFault)
    }

    private var entries: [Int64: Entry] = [:]

    /// A ledger that knows nobody.
    public init() {}

    /// Producers known.
    public var count: Int { entries.count }

    /// All producers in the order of their ids.
    public var sorted: [(id: Int64, entry: Entry)] {
        entries.sorted { $0.key < $1.key }.map { (id: $0.key, entry: $0.value) }
    }

    /// Puts a producer back as a snapshot knew it.
    public mutating func restore(id: Int64, entry: Entry) { entries[id] = entry }

    /// Judges a batch; does not change the ledger.
    public func judge(_ header: BatchHeader) -> Verdict {
        guard header.isIdempotent, let entry = entries[header.producerID] else { return .append }
        if header.producerEpoch < entry.epoch { return .refuse(.invalidProducerEpoch) }
        if header.producerEpoch > entry.epoch {
            return header.baseSequence == 0 ? .append : .refuse(.outOfOrderSequenceNumber)
        }
        for batch in entry.batches
        where batch.firstSequence == header.baseSequence && batch.lastSequence == header.lastSequence {
            return .duplicate(baseOffset: batch.baseOffset, lastOffset: batch.lastOffset)
        }
        guard let last = entry.batches.last else { return .append }
        let expected = BatchHeader.sequence(last.lastSequence, plus: 1)
        return header.baseSequence == expected ? .append : .refuse(.outOfOrderSequenceNumber)
    }

    /// Notes an appended batch; its offsets are those it was given.
    public mutating func record(_ header: BatchHeader) {
        guard header.isIdempotent else { return }
        var entry = entries[header.producerID] ?? Entry(epoch: header.producerEpoch, lastTimestamp: 0, batches: [])
        if entry.epoch != header.producerEpoch {
            entry = Entry(epoch: header.producerEpoch, lastTimestamp: 0, batches: [])
        }
        entry.lastTimestamp = max(entry.lastTimestamp, header.maxTimestamp)
        if entry.batches.count == Self.remembered { entry.batches.removeFirst() }
        entry.batches.append(
            Batch(
                firstSequence: header.baseSequence, lastSequence: header.lastSequence,
                baseOffset: header.baseOffset, lastOffset: header.lastOffset))
        entries[header.producerID] = entry
    }

    /// Forgets producers that have been silent since `time` (milliseconds of the epoch).
    public mutating func forget(silentSince time: Int64) {
        entries = entries.filter { $0.value.lastTimestamp >= time }
    }
}
