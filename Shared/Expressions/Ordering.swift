import Core

/// jq's order: null, false, true, numbers, strings by code point, arrays, objects.
enum Ordering {
    static func compare(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> Int {
        try evaluator.step()
        let (a, b) = (rank(left), rank(right))
        if a != b { return a < b ? -1 : 1 }
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)):
            try evaluator.step(min(a.utf8.count, b.utf8.count) >> 6)
            return compare(a, b)
        case (.array(let a), .array(let b)): return try compare(a, b, evaluator)
        case (.object(let a), .object(let b)): return try compare(a, b, evaluator)
        default:
            guard let a = left.double, let b = right.double else { return 0 }
            // Not-a-number is less than any number, itself included.
            return a < b || a.isNaN ? -1 : a == b ? 0 : 1
        }
    }

    private static func rank(_ value: JSON) -> Int {
        switch value {
        case .null: 0
        case .bool(false): 1
        case .bool(true): 2
        case .integer, .number: 3
        case .string: 4
        case .array: 5
        case .object: 6
        }
    }

    static func compare(_ a: String, _ b: String) -> Int {
        var left = a.utf8.makeIterator()
        var right = b.utf8.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let x?, let y?): if x != y { return x < y ? -1 : 1 }
            }
        }
    }

    private static func compare(_ a: [JSON], _ b: [JSON], _ evaluator: Evaluator) throws(Signal) -> Int {
        for at in 0..<min(a.count, b.count) {
            let order = try compare(a[at], b[at], evaluator)
            if order != 0 { return order }
        }
        return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
    }

    private static func compare(_ a: JSONObject, _ b: JSONObject, _ evaluator: Evaluator) throws(Signal) -> Int {
        let (left, right) = (keys(a), keys(b))
        let order = try compare(left.map(JSON.string), right.map(JSON.string), evaluator)
        if order != 0 { return order }
        for key in left {
            let order = try compare(a[key] ?? .null, b[key] ?? .null, evaluator)
            if order != 0 { return order }
        }
        return 0
    }

    /// An object's keys in jq's order.
    static func keys(_ object: JSONObject) -> [String] { object.keys.sorted { compare($0, $1) < 0 } }

    /// Stable, by key.
    static func sorted(_ pairs: [(key: JSON, value: JSON)], _ evaluator: Evaluator) throws(Signal) -> [(
        key: JSON, value: JSON
    )] {
        guard pairs.count > 1 else { return pairs }
        let middle = pairs.count / 2
        let left = try sorted(Array(pairs[..<middle]), evaluator)
        let right = try sorted(Array(pairs[middle...]), evaluator)
        var merged: [(key: JSON, value: JSON)] = []
        merged.reserveCapacity(pairs.count)
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if try compare(right[j].key, left[i].key, evaluator) < 0 {
                merged.append(right[j])
                j += 1
            } else {
                merged.append(left[i])
                i += 1
            }
        }
        return merged + left[i...] + right[j...]
    }

    static func sorted(_ elements: [JSON], _ evaluator: Evaluator) throws(Signal) -> [JSON] {
        try sorted(elements.map { ($0, $0) }, evaluator).map(\.value)
    }
}
