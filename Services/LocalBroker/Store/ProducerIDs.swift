/// Hands out producer ids, none twice in the life of the data folder.
struct ProducerIDs {
    private static let block: Int64 = 1000
    private let path: String
    private var next: Int64
    private var reserved: Int64

    init(data: String) throws(StoreError) {
        path = data + "/producer-ids"
        let text = try Disk.contents(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        next = Int64(text.prefix { $0 != "\n" }) ?? 1
        reserved = next
    }

    /// A new id; now and then waits for the disk.
    mutating func take() throws(StoreError) -> Int64 {
        if next >= reserved {
            try Disk.replace(path, with: [UInt8](("\(next + Self.block)\n").utf8))
            reserved = next + Self.block
        }
        defer { next += 1 }
        return next
    }
}
