import Glibc

/// Lines for whoever runs the broker, on standard error.
enum BrokerLog {
    static func note(_ text: String) {
        let line = [UInt8]("local-broker: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
