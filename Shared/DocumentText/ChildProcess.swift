import Glibc

/// A child process whose standard output is read through a pipe; its other streams go nowhere.
struct ChildProcess {
    private let process: pid_t
    private let pipe: Int32

    /// Starts `arguments[0]` without a shell and with an empty environment.
    init(_ arguments: [String]) throws(DocumentTextError) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw DocumentTextError(.readerUnavailable, "no pipe: errno \(errno)")
        }
        // The child's copy as stream 1 is made by dup2, which clears the flag.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var argv = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var id: pid_t = 0
        let code = posix_spawn(&id, arguments[0], &actions, nil, &argv, &environment)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw DocumentTextError(.readerUnavailable, "\(arguments[0]) cannot be started: errno \(code)")
        }
        (process, pipe) = (id, ends[0])
    }

    /// What the child writes until it ends, and its exit status (128 + signal when killed). A child that writes more
    /// than `limit` bytes or takes longer than `time` is killed.
    func output(limit: Int, time: Duration) throws(DocumentTextError) -> (bytes: [UInt8], status: Int32) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let end = ContinuousClock.now + time
        var failure: DocumentTextError?
        while failure == nil {
            let left = ContinuousClock.now.duration(to: end)
            var poll = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            let ready = left > .zero ? Glibc.poll(&poll, 1, Int32(clamping: left.components.seconds * 1000 + 1)) : 0
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                if left <= .zero { failure = DocumentTextError(.limitExceeded, "reading took longer than \(time)") }
                continue
            }
            let count = read(pipe, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit {
                failure = DocumentTextError(.limitExceeded, "the document holds more than \(limit) bytes of text")
            }
        }
        close(pipe)
        if failure != nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        if let failure { throw failure }
        return (bytes, status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f)
    }
}
