import Glibc
import Lifecycle

/// Blobs as files in a folder, for one machine: written aside, flushed to disk, then renamed, so that a reader sees a
/// whole blob or none, also after a crash.
public struct FolderObjectStore: ObjectStore {
    private let lanes: [FolderLane]
    private var place = "sha256"

    /// A store in `folder`, which is made if need be. Throws `configuration` when it cannot be written.
    public init(folder: String) throws(ObjectStoreError) {
        for path in [folder, "\(folder)/sha256", "\(folder)/incoming"] {
            try Self.makeFolder(path)
        }
        lanes = (0..<4).map { FolderLane(folder: folder, number: $0) }
    }

    /// See the protocol.
    public func scoped(to tenant: String) -> Self {
        var store = self
        store.place = ContentDigest.place(of: tenant)
        return store
    }

    /// See the protocol.
    public func put(_ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) -> String {
        let digest = SHA256Digest.hex(SHA256Digest.hash(bytes))
        try await lane(digest).write(bytes, place, digest)
        return digest
    }

    /// See the protocol.
    public func get(_ digest: String) async throws(ObjectStoreError) -> [UInt8] {
        let digest = try SHA256Digest.checked(digest)
        let bytes = try await lane(digest).read(place, digest)
        guard SHA256Digest.hex(SHA256Digest.hash(bytes)) == digest else {
            throw ObjectStoreError(.corrupt, "\(place)/\(digest) holds other bytes")
        }
        return bytes
    }

    /// See the protocol.
    public func exists(_ digest: String) async throws(ObjectStoreError) -> Bool {
        let digest = try SHA256Digest.checked(digest)
        return await lane(digest).exists(place, digest)
    }

    /// See the protocol.
    public func delete(_ digest: String) async throws(ObjectStoreError) {
        let digest = try SHA256Digest.checked(digest)
        try await lane(digest).remove(place, digest)
    }

    /// The same blob always takes the same lane, so it is never written twice at a time.
    private func lane(_ digest: String) -> FolderLane { lanes[Int(digest.utf8.first ?? 0) % lanes.count] }

    private static func makeFolder(_ path: String) throws(ObjectStoreError) {
        var parents = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            parents +=
                parents.isEmpty && part.isEmpty ? "/" : parents.hasSuffix("/") || parents.isEmpty ? part : "/" + part
            if mkdir(parents, 0o755) != 0, errno != EEXIST {
                throw ObjectStoreError(.configuration, "cannot make \(parents): \(String(cString: strerror(errno)))")
            }
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw ObjectStoreError(.configuration, "\(path) cannot be written")
        }
    }
}

/// File calls block, so each lane has a thread.
private actor FolderLane {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let folder: String
    private let number: Int
    private var writes = 0

    init(folder: String, number: Int) {
        (self.folder, self.number) = (folder, number)
        executor = ThreadExecutor(name: "objects-\(number)")
    }

    deinit { executor.stop() }

    func exists(_ place: String, _ digest: String) -> Bool { access("\(folder)/\(place)/\(digest)", F_OK) == 0 }

    func write(_ bytes: [UInt8], _ place: String, _ digest: String) throws(ObjectStoreError) {
        let path = "\(folder)/\(place)/\(digest)"
        if size(path) == bytes.count { return }
        try makeFolders(to: place)
        writes += 1
        let aside = "\(folder)/incoming/\(getpid())-\(number)-\(writes)"
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("cannot write") }
        var isDone = false
        defer { if !isDone { unlink(aside) } }
        do throws(ObjectStoreError) {
            try fill(file, bytes)
            guard fsync(file) == 0 else { throw failure("cannot flush") }
        } catch {
            close(file)
            throw error
        }
        close(file)
        guard rename(aside, path) == 0 else { throw failure("cannot rename") }
        isDone = true
        try flush(place)
    }

    func read(_ place: String, _ digest: String) throws(ObjectStoreError) -> [UInt8] {
        let file = open("\(folder)/\(place)/\(digest)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { throw ObjectStoreError(.notFound, "there is no \(place)/\(digest)") }
            throw failure("cannot read")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("cannot read") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot read") }
            done += count
        }
        return bytes
    }

    func remove(_ place: String, _ digest: String) throws(ObjectStoreError) {
        guard unlink("\(folder)/\(place)/\(digest)") == 0 || errno == ENOENT else { throw failure("cannot remove") }
        if access("\(folder)/\(place)", F_OK) == 0 { try flush(place) }
    }

    /// Makes what is missing of a place; a folder lasts only once the one that holds it is on disk.
    private func makeFolders(to place: String) throws(ObjectStoreError) {
        var (parent, path) = ("", folder)
        for part in place.split(separator: "/") {
            path += "/\(part)"
            if mkdir(path, 0o755) == 0 {
                try flush(parent)
            } else if errno != EEXIST {
                throw failure("cannot make a folder")
            }
            parent += "/\(part)"
        }
    }

    private func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    private func fill(_ file: Int32, _ bytes: [UInt8]) throws(ObjectStoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot write") }
            done += count
        }
    }

    /// A rename lasts only once its folder is on disk.
    private func flush(_ place: String) throws(ObjectStoreError) {
        let file = open("\(folder)/\(place)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("cannot flush") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("cannot flush") }
    }

    private func failure(_ what: String) -> ObjectStoreError {
        ObjectStoreError(.unavailable, "\(what) in \(folder): \(String(cString: strerror(errno)))")
    }
}
