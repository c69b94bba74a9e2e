import Glibc

/// The file system said no.
struct StoreError: Error, CustomStringConvertible {
    var operation: String
    var path: String
    /// The system's error number.
    var code: Int32

    init(_ operation: String, _ path: String, code: Int32 = errno) {
        (self.operation, self.path, self.code) = (operation, path, code)
    }

    /// Whether there is no room left, which may pass, rather than a broken disk.
    var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

    /// The number of the error's page in `docs/errors`.
    var page: String {
        if isFull { return "LB0002" }
        switch operation {
        case "sync": return "LB0003"
        case "listen on", "understand address": return "LB0004"
        default: return "LB0005"
        }
    }

    var description: String { "\(page) cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
