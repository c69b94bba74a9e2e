extension SimulatedPostgres {
    /// A number of all that is committed, the same for the same rows in the same order.
    package var digest: UInt64 {
        (try? locked { database in
            var hash = Fingerprint()
            for name in database.tables.keys.sorted() {
                hash.feed(name)
                for row in database.tables[name]!.rows { for value in row.committed ?? [] { hash.feed(value) } }
            }
            return hash.value
        }) ?? 0
    }
}

/// FNV-1a over values.
private struct Fingerprint {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    private mutating func feed(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    private mutating func feed(word: Int64) { withUnsafeBytes(of: word) { for byte in $0 { feed(byte: byte) } } }

    mutating func feed(_ text: String) {
        feed(word: Int64(text.utf8.count))
        for byte in text.utf8 { feed(byte: byte) }
    }

    mutating func feed(_ value: Value) {
        switch value {
        case .null: feed(byte: 0)
        case .bool(let value): feed(byte: value ? 2 : 1)
        case .int(let value), .time(let value), .interval(let value): feed(word: value)
        case .float(let value): feed(word: Int64(bitPattern: value.bitPattern))
        case .text(let text), .json(let text): feed(text)
        case .bytes(let bytes):
            feed(word: Int64(bytes.count))
            for byte in bytes { feed(byte: byte) }
        case .array(let values), .row(let values):
            feed(word: Int64(values.count))
            for value in values { feed(value) }
        }
    }
}
