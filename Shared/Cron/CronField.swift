/// One field of a cron expression: which values it allows.
struct CronField: Sendable, Hashable {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    /// Bit n stands for value n.
    private(set) var bits: UInt64 = 0
    /// Whether it begins with `*`.
    private(set) var isOpen = false

    init(_ name: String, _ range: ClosedRange<Int>, names: [String] = []) {
        (self.name, self.range, self.names) = (name, range, names)
    }

    /// The allowed values, ascending.
    var values: [Int] { range.filter(contains) }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// Reads `*`, `5`, `1-5`, `*/15`, `10-40/10`, names, and lists of those.
    mutating func read(_ text: Substring) throws(CronError) {
        isOpen = text.first == "*"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) { try readPart(part) }
    }

    private mutating func readPart(_ part: Substring) throws(CronError) {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if pieces.count == 2 {
            guard let number = Self.number(pieces[1]), (1...range.upperBound + 1).contains(number) else {
                throw fault(part)
            }
            step = number
        }
        guard let base = pieces.first else { throw fault(part) }
        let ends = base.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first: Int
        let last: Int
        if base == "*" {
            (first, last) = (range.lowerBound, range.upperBound)
        } else {
            guard let start = ends.first.flatMap({ value($0) }) else { throw fault(part) }
            first = start
            if ends.count == 2 {
                guard let end = value(ends[1]) else { throw fault(part) }
                last = end
            } else {
                // `5/15` means from 5 on, as in other crons.
                last = pieces.count == 2 ? range.upperBound : start
            }
        }
        guard first <= last else { throw fault(part) }
        for value in stride(from: first, through: last, by: step) { bits |= 1 << UInt64(value) }
    }

    private func value(_ text: Substring) -> Int? {
        if let position = names.firstIndex(of: text.uppercased()) { return position + range.lowerBound }
        guard let number = Self.number(text), range.contains(number) else { return nil }
        return number
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private func fault(_ part: Substring) -> CronError {
        CronError(
            found: "\"\(part.prefix(40))\" as the \(name)",
            expected: "numbers from \(range.lowerBound) to \(range.upperBound), ranges, steps or lists of them")
    }

    /// Sunday may be written as 7.
    mutating func fold(_ value: Int, into other: Int) {
        guard contains(value) else { return }
        bits &= ~(1 << UInt64(value))
        bits |= 1 << UInt64(other)
    }
}
