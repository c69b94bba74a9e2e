import Postgres

/// A SELECT that is ready to run.
struct SelectShape {
    struct Key {
        var value: Evaluate
        var isDescending: Bool
    }

    var join: Join
    var output: Compiler.Output
    var sorting: [Key]
    var limit: Evaluate?
    /// The relations whose rows are locked; nil without FOR UPDATE.
    var locks: [Int]?
    var skipsLocked: Bool
    var isDistinct: Bool

    /// A joined row that waits for its place.
    private struct Found {
        var keys: [Value]
        var row: [Value]
        var stored: [StoredRow?]
    }

    func rows(_ run: Run, _ outer: Environment?) throws -> [[Value]] {
        var rows: [[Value]] = []
        try each(run, outer) { rows.append($0) }
        return rows
    }

    /// Shows `body` row by row as they come.
    func each(_ run: Run, _ outer: Environment?, _ body: ([Value]) throws -> Void) throws {
        let environment = join.environment(run, outer)
        let most = try limit.map { try Self.count($0(environment)) } ?? Int.max
        if most == 0 { return }
        if isDistinct { return try distinctRows(environment, most).forEach(body) }
        var count = 0
        if sorting.isEmpty, locks == nil {
            return try join.each(environment) { environment in
                try body(try output.row(environment))
                count += 1
                return count < most
            }
        }
        var found: [Found] = []
        try join.each(environment) { environment in
            let keys = try sorting.map { try $0.value(environment) }
            found.append(Found(keys: keys, row: environment.row, stored: environment.stored))
            return true
        }
        // Rows are locked in their order, and those that are passed over do not count.
        for found in stablySorted(found, sorting.map(\.isDescending), by: \.keys) {
            if try !lock(found.stored, run) { continue }
            environment.row = found.row
            try body(try output.row(environment))
            count += 1
            if count == most { return }
        }
    }

    private func distinctRows(_ environment: Environment, _ most: Int) throws -> [[Value]] {
        var found: [(keys: [Value], row: [Value])] = []
        var seen: Set<[Value]> = []
        try join.each(environment) { environment in
            let row = try output.row(environment)
            if seen.insert(row).inserted { found.append((try sorting.map { try $0.value(environment) }, row)) }
            return true
        }
        return stablySorted(found, sorting.map(\.isDescending), by: \.keys).prefix(most).map(\.row)
    }

    /// Locks the rows; false when one is to be passed over.
    private func lock(_ stored: [StoredRow?], _ run: Run) throws -> Bool {
        for relation in locks ?? [] {
            guard let row = stored[relation] else { continue }
            if row.isHeld(against: run.transaction) {
                if skipsLocked { return false }
                throw lockNotAvailable()
            }
            run.transaction.lock(row)
        }
        return true
    }

    static func count(_ value: Value) throws -> Int {
        guard case .int(let count) = value else { return Int.max }
        if count < 0 { throw failure("2201W", "LIMIT must not be negative") }
        return Int(count)
    }
}

/// A row that another session holds: nothing here waits, as if `lock_timeout` were at its least.
func lockNotAvailable() -> PostgresError { failure("55P03", "another session holds the row") }

/// In the order of the keys; what is equal stays in its order.
func stablySorted<Element>(
    _ elements: [Element], _ descending: [Bool], by keys: (Element) -> [Value]
) -> [Element] {
    if descending.isEmpty { return elements }
    return elements.enumerated().map { (offset: $0.offset, keys: keys($0.element), element: $0.element) }
        .sorted { left, right in
            for (position, isDescending) in descending.enumerated() {
                let order = Value.sorting(left.keys[position], right.keys[position])
                if order != 0 { return isDescending ? order > 0 : order < 0 }
            }
            return left.offset < right.offset
        }.map(\.element)
}

/// Each row once.
func distinct(_ rows: [[Value]]) -> [[Value]] {
    var seen: Set<[Value]> = []
    return rows.filter { seen.insert($0).inserted }
}
