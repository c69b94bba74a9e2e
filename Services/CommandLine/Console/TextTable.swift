/// Columns as wide as what stands in them.
enum TextTable {
    /// The lines of a table; the last column may be as long as it likes.
    static func lines(_ head: [String], _ rows: [[String]]) -> [String] {
        var widths = head.map(\.count)
        for row in rows {
            for (column, text) in row.enumerated() { widths[column] = max(widths[column], text.count) }
        }
        return ([head] + rows).map { row in
            let line = row.enumerated().map { column, text in
                column == row.count - 1 ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }
            return String(line.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }
}
