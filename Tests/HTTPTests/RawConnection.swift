import Glibc
import Lifecycle

/// A TCP connection that sends what it is told, well-formed or not. Blocks on a thread of its own.
actor RawConnection {
    private let executor = ThreadExecutor(name: "raw-connection")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let descriptor: Int32

    init(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "cannot connect")
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
        executor.stop()
    }

    /// Sends the text; false when the peer has closed.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Reads until the text so far ends a whole answer with a Content-Length, or the peer closes.
    func answer() -> String {
        var text = ""
        while true {
            if let end = text.range(of: "\r\n\r\n"), let length = Self.length(text[..<end.lowerBound]),
                text[end.upperBound...].utf8.count >= length
            {
                return text
            }
            guard let more = read() else { return text }
            text += more
        }
    }

    /// Reads until the text so far holds `part`, or the peer closes.
    func read(until part: String) -> String {
        var text = ""
        while !text.contains(part), let more = read() { text += more }
        return text
    }

    /// Reads until the peer closes.
    func readToEnd() -> String {
        var text = ""
        while let more = read() { text += more }
        return text
    }

    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func read() -> String? {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func length(_ head: Substring) -> Int? {
        for line in head.split(whereSeparator: \.isNewline) where line.lowercased().hasPrefix("content-length:") {
            return Int(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
        }
        return nil
    }
}

extension StringProtocol {
    /// Where `part` first stands; Foundation's, without Foundation.
    func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].unicodeScalars.starts(with: part.unicodeScalars) {
                return start..<unicodeScalars.index(start, offsetBy: part.unicodeScalars.count)
            }
            start = unicodeScalars.index(after: start)
        }
        return nil
    }
}
