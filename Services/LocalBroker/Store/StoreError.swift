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

    var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
