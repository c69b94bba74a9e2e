import Glibc

/// What is printed.
enum Table {
    private static func padded(_ text: String, _ width: Int, left: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? space + text : text + space
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = [1.0, 10, 100, 1000][decimals]
        let whole = Int((value * scale).rounded())
        guard decimals > 0 else { return String(whole) }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(whole / Int(scale)).\(zeros)\(fraction)"
    }

    /// A line for each expression and the mean ratio (geometric).
    static func expressions(_ rows: [(kind: String, times: ExpressionCase.Times)]) {
        print("Nanoseconds of CPU time for one expression on \(Document.text.utf8.count) bytes, ours and libjq's")
        print(
            padded("", 20, left: false), padded("ours", 8), padded("libjq", 8), padded("times", 7),
            padded("  with parsing and printing", 28), padded("times", 7))
        var logarithms = (0.0, 0.0)
        for (kind, times) in rows {
            let (ratio, whole) = (times.libjq / times.ours, times.libjqWhole / times.oursWhole)
            logarithms.0 += log(ratio)
            logarithms.1 += log(whole)
            print(
                padded(kind, 20, left: false), padded(fixed(times.ours, 0), 8), padded(fixed(times.libjq, 0), 8),
                padded(fixed(ratio, 1), 7), padded(fixed(times.oursWhole, 0), 18),
                padded(fixed(times.libjqWhole, 0), 9), padded(fixed(whole, 1), 7), ratio >= 5 ? "pass" : "miss")
        }
        let count = Double(max(1, rows.count))
        let mean = exp(logarithms.0 / count)
        print(
            "mean: \(fixed(mean, 1)) times libjq's expressions per second, \(fixed(exp(logarithms.1 / count), 1)) with "
                + "parsing and printing; aim 5 or more: \(mean >= 5 ? "pass" : "miss")")
    }

    /// One time with its aim in milliseconds.
    static func aim(_ what: String, _ nanoseconds: Double, below milliseconds: Double) {
        let spent = nanoseconds / 1e6
        print(
            "\(what): \(fixed(spent, 3)) ms; aim below \(fixed(milliseconds, 0)) ms: "
                + (spent < milliseconds ? "pass" : "miss"))
    }
}
