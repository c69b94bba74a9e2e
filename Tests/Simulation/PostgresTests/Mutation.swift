import Core
import Postgres

/// Statements with other values: mostly those that the services gave, some of a few that meet often, some NULL.
struct Mutation {
    var random: SplitMix64
    /// The moment around which times lie.
    var now: Instant

    /// A statement of the same text with other values.
    mutating func other(_ sql: SQL) -> SQL {
        let text = sql.text
        // Lists of one statement belong together.
        // Which of two values for a row an UPDATE takes is open: there is only one then.
        let isOpen = text.contains("UPDATE ") && text.contains("FROM unnest") && !text.contains("INSERT")
        let length = Int.random(in: 0...(isOpen ? 1 : 3), using: &random)
        var changed = sql
        changed.rebind { number, bind in
            if text.contains("LIMIT $\(number + 1)") {
                return PostgresBind(Bool.random(using: &random) ? 1000 : 0 as Int)
            }
            return bind.isArray ? list(bind, length) : scalar(bind.type, bind.bytes)
        }
        return changed
    }

    private mutating func list(_ bind: PostgresBind, _ length: Int) -> PostgresBind {
        let (element, known) = bind.elements
        let items = (0..<length).map { position in
            scalar(element, known.isEmpty ? nil : known[position % known.count]).bytes
        }
        return PostgresBind(array: bind.type, of: element, items)
    }

    private mutating func scalar(_ type: UInt32, _ known: [UInt8]?) -> PostgresBind {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: PostgresBind(type: type, bytes: nil)
        case 1..<9: fresh(type) ?? PostgresBind(type: type, bytes: known)
        default: PostgresBind(type: type, bytes: known)
        }
    }

    private mutating func fresh(_ type: UInt32) -> PostgresBind? {
        func any<Item>(_ items: [Item]) -> Item { items.randomElement(using: &random)! }
        switch type {
        case PostgresType.text: return PostgresBind(any(["a", "a", "b", "b", "c", "", "é", "w", "1.0.0"]))
        case PostgresType.int8: return PostgresBind(any([0, 1, 1, 2, 2, 3, -1, 7] as [Int]))
        case PostgresType.int4: return PostgresBind(Int32(any([0, 1, 1, 2, 3, -1])))
        case PostgresType.bool: return PostgresBind(Bool.random(using: &random))
        case PostgresType.timestamptz:
            return PostgresBind(now + .microseconds(Int64.random(in: -20_000_000...20_000_000, using: &random)))
        case PostgresType.bytea:
            return PostgresBind(type: type, bytes: any([[], [0], [1, 2], [UInt8](repeating: 9, count: 32)]))
        case PostgresType.jsonb: return PostgresBind(any([[:], ["b": 1, "aa": [1, "x"]], 3, nil] as [JSON]))
        default: return nil
        }
    }
}

extension PostgresBind {
    fileprivate var isArray: Bool { [1000, 1001, 1005, 1007, 1009, 1016, 1022, 1185, 3807].contains(type) }

    /// The type of its elements, and those that it has.
    fileprivate var elements: (type: UInt32, [[UInt8]?]) {
        let bytes = bytes ?? [UInt8](repeating: 0, count: 12)
        func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        let type = UInt32(word(8))
        guard word(0) == 1 else { return (type, []) }
        var out: [[UInt8]?] = []
        var at = 20
        for _ in 0..<word(12) {
            let length = word(at)
            at += 4
            guard length != 0xFFFF_FFFF else {
                out.append(nil)
                continue
            }
            out.append(Array(bytes[at..<at + length]))
            at += length
        }
        return (type, out)
    }

    fileprivate init(array: UInt32, of element: UInt32, _ items: [[UInt8]?]) {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        var out = word(items.isEmpty ? 0 : 1) + word(1) + word(Int(element))
        if !items.isEmpty { out += word(items.count) + word(1) }
        for item in items { out += word(item?.count ?? -1) + (item ?? []) }
        self.init(type: array, bytes: out)
    }
}
