import Glibc

/// The few things done to whole files and folders.
enum Disk {
    static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw StoreError("create folder", path) }
    }

    /// The names in a folder, sorted; none if the folder does not exist.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StoreError("list", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the folder's entries durable.
    static func syncFolder(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError("sync", path) }
    }

    static func move(_ from: String, to path: String) throws(StoreError) {
        guard rename(from, path) == 0 else { throw StoreError("rename", from) }
    }

    static func removeFile(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw StoreError("remove", path) }
    }

    /// Removes a folder and all in it.
    static func removeTree(_ path: String) throws(StoreError) {
        for name in try names(in: path) {
            let child = path + "/" + name
            if unlink(child) == 0 || errno == ENOENT { continue }
            guard errno == EISDIR || errno == EPERM else { throw StoreError("remove", child) }
            try removeTree(child)
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw StoreError("remove", path) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The whole file; nil if there is none.
    static func contents(_ path: String) throws(StoreError) -> [UInt8]? {
        guard exists(path) else { return nil }
        let file = try StoreFile(path: path, flags: O_RDONLY)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(try file.size()), alignment: 8)
        defer { buffer.deallocate() }
        let count = try file.read(into: buffer, at: 0)
        return [UInt8](UnsafeRawBufferPointer(buffer)[..<count])
    }

    /// Puts a file in place whole or not at all. With `sync`, durable when it returns.
    static func replace(_ path: String, with bytes: [UInt8], sync: Bool = true) throws(StoreError) {
        let draft = path + ".new"
        let file = try StoreFile(path: draft, flags: O_RDWR | O_CREAT | O_TRUNC)
        var failure: StoreError?
        bytes.withUnsafeBytes { raw in
            do throws(StoreError) { try file.write(raw, at: 0) } catch { failure = error }
        }
        if let failure {
            unlink(draft)
            throw failure
        }
        if sync { try file.sync() }
        try move(draft, to: path)
        if sync, let slash = path.lastIndex(of: "/") { try syncFolder(String(path[..<slash])) }
    }
}
