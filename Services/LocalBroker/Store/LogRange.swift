/// A stretch of a partition's log that was just appended: whole batches, one after the other.
struct LogRange: Sendable {
    /// The partition as the broker numbers it.
    var owner: Int
    /// The partition as its files know it.
    var topic: TopicID
    var partition: Int32
    /// The offset of its first record.
    var base: Int64
    var file: StoreFile
    var position: Int64
    var count: Int

    /// Takes up what was appended right behind it. Returns false if `next` lies elsewhere.
    mutating func extend(by next: LogRange) -> Bool {
        guard next.file === file, next.position == position + Int64(count) else { return false }
        count += next.count
        return true
    }
}
