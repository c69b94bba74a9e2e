import Glibc

/// Tells on standard error what is being done, so that the output stays the report alone.
struct Progress: Sendable {
    func callAsFunction(_ text: String) {
        let line = Array("… \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
