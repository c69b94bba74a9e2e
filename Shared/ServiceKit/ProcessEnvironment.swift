import Core
import Glibc

/// What the process was started with.
enum ProcessEnvironment {
    /// All variables. Read from the kernel's copy: Glibc's `environ` is no safe global in Swift 6.
    static func read() -> [String: String] {
        var variables: [String: String] = [:]
        for entry in file("/proc/self/environ")?.split(separator: 0) ?? [] {
            let pair = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            variables[String(decoding: pair[0], as: UTF8.self)] = String(decoding: pair[1], as: UTF8.self)
        }
        return variables
    }

    /// The bytes of a file; nil when it cannot be read.
    static func file(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
