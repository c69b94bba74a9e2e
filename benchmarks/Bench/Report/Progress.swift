import Glibc

/// Tells on standard error what is being done, so that the output stays the table alone.
struct Progress: Sendable {
    private static let width = 30

    func callAsFunction(_ text: String) { Self.put("… \(text)\n") }

    /// A bar for `text`: one line that is drawn over on a terminal; elsewhere told at every quarter.
    func bar(_ text: String, of whole: Int) -> (Int) -> Void {
        let isTerminal = isatty(STDERR_FILENO) == 1
        if !isTerminal { self("\(text), \(whole)") }
        return { count in
            let quarter = max(1, whole / 4)
            if isTerminal {
                let full = min(Self.width, Self.width * count / max(1, whole))
                let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
                Self.put("\r… \(text) \(bar) \(count)/\(whole)\(count >= whole ? "\n" : "")")
            } else if count == whole || count % quarter == 0 {
                self("\(text): \(count)/\(whole)")
            }
        }
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
