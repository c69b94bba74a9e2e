/// What a simulated statement gave: its cells, one behind the other in memory that stays where it is.
final class PostgresValues {
    let count: Int
    let affected: Int
    let command: String
    private let memory: UnsafeMutableRawBufferPointer
    private let ranges: [Range<Int>?]

    init(_ rows: [[[UInt8]?]], affected: Int, command: String) {
        (count, self.affected, self.command) = (rows.count, affected, command)
        let cells = rows.flatMap { $0 }
        var end = 0
        ranges = cells.map { cell in
            guard let cell else { return nil }
            defer { end += cell.count }
            return end..<end + cell.count
        }
        memory = UnsafeMutableRawBufferPointer.allocate(byteCount: end, alignment: 8)
        memory.copyBytes(from: cells.lazy.compactMap { $0 }.joined())
    }

    deinit { memory.deallocate() }

    func bytes(_ cell: Int) -> UnsafeRawBufferPointer? {
        ranges[cell].map { UnsafeRawBufferPointer(rebasing: memory[$0]) }
    }
}
