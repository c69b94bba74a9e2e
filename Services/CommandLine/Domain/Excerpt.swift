/// A place in a text, as it is shown to the reader.
public enum Excerpt {
    /// The line and a caret below the column (both from 1); empty when the text has no such line.
    ///
    ///        12 |       call: agnet:1.0.0
    ///           |       ^
    public static func lines(of text: String, line: Int, column: Int) -> [String] {
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard line >= 1, line <= all.count else { return [] }
        let number = String(line)
        let margin = String(repeating: " ", count: max(5, number.count))
        let shown = all[line - 1].filter { $0 != "\r" }
        // Tabs stay tabs, so that the caret stands below its column on every terminal.
        let before = shown.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
        let left = String(margin.dropLast(number.count)) + number
        return ["\(left) | \(shown)", "\(margin) | \(before)^"]
    }
}
