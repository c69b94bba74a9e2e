import Core
import Glibc
import Lifecycle
import Synchronization

/// Held while a descriptor is made and marked, and while a child is started: a child that starts in between would
/// inherit it, and hold another call's pipe open.
let descriptors = Mutex(())

/// Runs one process to its end on a thread of its own, since waiting for it blocks.
actor ChildProcess {
    /// What it left behind.
    struct Result: Sendable, Hashable {
        /// The exit code, or 128 and the number of the signal that ended it.
        var code: Int
        var stdout: [UInt8]
        var stderr: [UInt8]
    }

    /// Why there is no result.
    enum Failure: Error, Sendable, Hashable {
        case cannotStart
        case timedOut
        case tooMuchOutput
        case cancelled
    }

    /// How long a process may take to end when all is said.
    private static let leave: Duration = .seconds(2)

    private nonisolated let thread = ThreadExecutor(name: "child-process")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    deinit { thread.stop() }

    /// Runs `command` with nothing inherited but these: its input, environment and three pipes. It and all that it
    /// started and that stayed in its process group are killed when the time is over, when there is too much output,
    /// and when a byte comes at `stop`. Returns when the last of them has ended.
    func run(
        _ command: [String], input: [UInt8], environment: [String: String], limit: Int, within time: Duration,
        stop: Int32
    ) throws(Failure) -> Result {
        guard let file = descriptors.withLock({ _ in Self.file(of: input) }) else { throw .cannotStart }
        var feed = Feed(Silence(), socket: nil)
        return try run(command, file, environment, &feed, limit, time, stop)
    }

    /// The same with a process that is spoken with. When all is said its stdin is closed, and it has a moment to end by
    /// itself. A process that ends before has not said enough; that is not thrown.
    func run<Talk: Conversation>(
        _ command: [String], talk: Talk, environment: [String: String], limit: Int, within time: Duration, stop: Int32
    ) throws(Failure) -> Talk {
        guard let ends = descriptors.withLock({ _ in Self.sockets() }) else { throw .cannotStart }
        defer { close(ends[0]) }
        var feed = Feed(talk, socket: ends[0])
        do throws(Failure) { _ = try run(command, ends[1], environment, &feed, limit, time, stop) } catch {
            // The answer came; how the process took its leave does not matter.
            if !feed.isOver || error == .cancelled { throw error }
        }
        return feed.talk
    }

    /// Runs it with `input` as its stdin, which is closed here.
    private func run<Talk: Conversation>(
        _ command: [String], _ input: Int32, _ environment: [String: String], _ feed: inout Feed<Talk>, _ limit: Int,
        _ time: Duration, _ stop: Int32
    ) throws(Failure) -> Result {
        guard let pipes = descriptors.withLock({ _ in Pipes() }) else {
            close(input)
            throw .cannotStart
        }
        defer { pipes.closeReading() }
        let pid = descriptors.withLock { _ in Self.spawn(command, environment, input, pipes) }
        close(input)
        pipes.closeWriting()
        guard let pid else { throw .cannotStart }
        var failure: Failure?
        let (stdout, stderr) = read(pipes, &feed, limit, ContinuousClock.now + time, stop, &failure)
        // The group lives as long as a member of it does; when all are gone this does nothing.
        kill(-pid, SIGKILL)
        if failure != nil { Self.awaitEnd(pipes.reading[2]) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        if let failure { throw failure }
        let signal = status & 0x7f
        return Result(code: Int(signal == 0 ? status >> 8 & 0xff : 128 + signal), stdout: stdout, stderr: stderr)
    }

    /// Reads both outputs until everything that holds the third pipe has ended.
    private func read<Talk: Conversation>(
        _ pipes: Pipes, _ feed: inout Feed<Talk>, _ limit: Int, _ latest: ContinuousClock.Instant, _ stop: Int32,
        _ failure: inout Failure?
    ) -> ([UInt8], [UInt8]) {
        var outputs: [[UInt8]] = [[], [], []]
        var open = [true, true, true]
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var end = latest
        while open.contains(true) {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else {
                failure = .timedOut
                break
            }
            let others = [(stop, POLLIN), (feed.descriptor ?? -1, POLLOUT)]
            var waited = ((0..<3).map { (open[$0] ? pipes.reading[$0] : -1, POLLIN) } + others).map {
                pollfd(fd: $0, events: Int16($1), revents: 0)
            }
            guard poll(&waited, 5, Int32(min(left.wholeMilliseconds + 1, 60_000))) > 0 else { continue }
            if waited[3].revents != 0 {
                failure = .cancelled
                break
            }
            if waited[4].revents != 0 { feed.write() }
            for index in 0..<3 where waited[index].revents != 0 {
                let count = Glibc.read(pipes.reading[index], &buffer, buffer.count)
                if count <= 0 { open[index] = false } else { outputs[index] += buffer[..<count] }
                if index == 0, count > 0 { feed.take(buffer[..<count]) }
            }
            if feed.isOver { end = min(end, ContinuousClock.now + Self.leave) }
            if outputs[0].count + outputs[1].count > limit {
                failure = .tooMuchOutput
                break
            }
        }
        return (outputs[0], outputs[1])
    }

    /// Waits until those that hold the third pipe are gone, which were killed: dying takes a moment. One that left the
    /// group is not waited for longer than that.
    private static func awaitEnd(_ pipe: Int32) {
        var held = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        _ = poll(&held, 1, 1000)
    }

    private static func sockets() -> [Int32]? {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        return ends
    }

    /// A file without a name that holds the input: a pipe would have to be fed while the outputs are read.
    private static func file(of input: [UInt8]) -> Int32? {
        guard let stream = tmpfile() else { return nil }
        defer { fclose(stream) }
        guard fwrite(input, 1, input.count, stream) == input.count, fflush(stream) == 0 else { return nil }
        rewind(stream)
        let copy = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 3)
        return copy >= 0 && lseek(copy, 0, SEEK_SET) == 0 ? copy : nil
    }

    private static func spawn(
        _ command: [String], _ environment: [String: String], _ input: Int32, _ pipes: Pipes
    ) -> pid_t? {
        closeOnExec()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        for (index, descriptor) in pipes.writing.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index + 1))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSID and POSIX_SPAWN_SETSIGMASK: a session, and so a process group, of its own.
        posix_spawnattr_setflags(&attributes, 0x80 | 0x08)
        var pid: pid_t = 0
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let failure = withCStrings(command) { argv in
            withCStrings(variables) { envp in posix_spawn(&pid, command[0], &actions, &attributes, argv, envp) }
        }
        return failure == 0 ? pid : nil
    }

    /// Whatever a library may have forgotten: no file or socket of ours goes to a child.
    private static func closeOnExec() {
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
    }
}

/// Stdout, stderr, and one that is there only to be held: it ends when the last process does.
private struct Pipes {
    var reading: [Int32] = []
    var writing: [Int32] = []

    init?() {
        for _ in 0..<3 {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else {
                closeReading()
                closeWriting()
                return nil
            }
            // Above what the child's own numbers will be, so that no `dup2` overwrites one that is needed yet.
            let kept = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
            for end in ends { close(end) }
            reading.append(kept[0])
            writing.append(kept[1])
        }
    }

    func closeReading() { for end in reading { close(end) } }
    func closeWriting() { for end in writing { close(end) } }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}
