import Glibc

/// Lines for whoever runs the broker, on standard error.
enum BrokerLog {
    /// The page about a torn log.
    static let tornPage = "LB0006"
    /// The page about offsets that nothing is left of.
    static let gapPage = "LB0007"
    /// The page about a folder that is taken.
    static let lockPage = "LB0001"

    static func note(_ text: String) {
        let line = [UInt8]("local-broker: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
