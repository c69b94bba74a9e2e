import Core
import Glibc

/// jq's order: null, false, true, numbers, strings by code point, arrays, objects.
enum Ordering {
    static func compare(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> Int {
        try evaluator.step()
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)):
            try evaluator.step(min(a.utf8.count, b.utf8.count) >> 6)
            return compare(a, b)
        default: return try compareOthers(left, right, evaluator)
        }
    }

    static func equal(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> Bool {
        if case .string(let a) = left, case .string(let b) = right, a.utf8.count != b.utf8.count { return false }
        return try compare(left, right, evaluator) == 0
    }

    private static func compareOthers(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> Int {
        let (a, b) = (rank(left), rank(right))
        if a != b { return a < b ? -1 : 1 }
        switch (left, right) {
        case (.array(let a), .array(let b)):
            try evaluator.dive()
            let order = try compare(a, b, evaluator)
            evaluator.rise()
            return order
        case (.object(let a), .object(let b)):
            try evaluator.dive()
            let order = try compare(a, b, evaluator)
            evaluator.rise()
            return order
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
        let order = a.utf8.withContiguousStorageIfAvailable { left in
            b.utf8.withContiguousStorageIfAvailable { right in
                let common = min(left.count, right.count)
                let order = common == 0 ? 0 : memcmp(left.baseAddress!, right.baseAddress!, common)
                return order != 0 ? Int(order.signum()) : (left.count - right.count).signum()
            }
        }
        if let order = order.flatMap(\.self) { return order }
        return a.utf8.elementsEqual(b.utf8) ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
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
        // Positions are moved, not values. Runs of eight by insertion, then merged two by two.
        var order = Array(0..<pairs.count)
        let run = 8
        for start in stride(from: 0, to: pairs.count, by: run) {
            for at in (start + 1)..<max(start + 1, min(start + run, pairs.count)) {
                let moved = order[at]
                var gap = at
                while gap > start, try compare(pairs[moved].key, pairs[order[gap - 1]].key, evaluator) < 0 {
                    order[gap] = order[gap - 1]
                    gap -= 1
                }
                order[gap] = moved
            }
        }
        var width = run
        while width < pairs.count {
            order = try merged(order, width, pairs, evaluator)
            width *= 2
        }
        return order.map { pairs[$0] }
    }

    private static func merged(
        _ order: [Int], _ width: Int, _ pairs: [(key: JSON, value: JSON)], _ evaluator: Evaluator
    ) throws(Signal) -> [Int] {
        var merged: [Int] = []
        merged.reserveCapacity(order.count)
        for start in stride(from: 0, to: order.count, by: width * 2) {
            let middle = min(start + width, order.count)
            let end = min(middle + width, order.count)
            var (left, right) = (start, middle)
            while left < middle, right < end {
                if try compare(pairs[order[right]].key, pairs[order[left]].key, evaluator) < 0 {
                    merged.append(order[right])
                    right += 1
                } else {
                    merged.append(order[left])
                    left += 1
                }
            }
            merged += order[left..<middle]
            merged += order[right..<end]
        }
        return merged
    }

    static func sorted(_ elements: [JSON], _ evaluator: Evaluator) throws(Signal) -> [JSON] {
        try sorted(elements.map { ($0, $0) }, evaluator).map(\.value)
    }
}
