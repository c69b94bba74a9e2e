import Glibc

/// Starts threads for what must not block the cooperative pool.
enum Thread {
    /// Starts a detached thread that runs `body` once.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let opaque = Unmanaged.passRetained(ThreadBody(name, body)).toOpaque()
        var id = pthread_t()
        let failure = pthread_create(&id, nil, runThreadBody, opaque)
        precondition(failure == 0, "cannot start a thread")
        pthread_detach(id)
    }
}

private final class ThreadBody: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }

    func run() {
        setName()
        body()
    }

    /// Names the calling thread; the kernel keeps 15 bytes. By the file, as Glibc's overlay lacks `pthread_setname_np`.
    private func setName() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(file, bytes, bytes.count)
        close(file)
    }
}

private func runThreadBody(_ opaque: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let opaque { Unmanaged<ThreadBody>.fromOpaque(opaque).takeRetainedValue().run() }
    return nil
}
