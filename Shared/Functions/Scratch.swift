import Glibc

/// A folder for one process, which nobody else can look into.
struct Scratch: Sendable {
    let path: String

    /// Makes it; nil when that fails.
    init?() {
        var template = Array("/tmp/cadenza-run-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) else { return nil }
        path = String(cString: made)
    }

    /// Writes a file into it; false when that fails.
    func write(_ text: String, to name: String) -> Bool {
        guard let file = fopen("\(path)/\(name)", "we") else { return false }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }

    /// Removes it with all that is in it.
    func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            // A process may have locked itself out.
            chmod(path, 0o700)
            for name in names(in: path) { remove("\(path)/\(name)") }
        }
        Glibc.remove(path)
    }

    private static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
