import Core
import Glibc
import Synchronization

/// A program started for tests that cannot outlive them: a small shell watches a pipe from this process and, when it
/// closes for whatever reason, a crash and `kill -9` included, ends the program and runs the clean-up.
public final class TestProcess: Sendable {
    private let input: Mutex<Int32>
    private let output: Int32
    private let shell: pid_t

    /// Runs `script` in a shell in its own session, with `arguments` as `$1`, `$2` … The script should print a line
    /// when it is ready, then read its standard input to the end, then clean up.
    public init(script: String, arguments: [String], environment: [String: String] = [:]) throws {
        let line = ["/bin/sh", "-c", script, "sh"] + arguments
        let given = currentEnvironment().merging(environment) { $1 }.map { "\($0)=\($1)" }
        // Glibc's overlay lacks `pipe2`: the lock keeps a start beside this one from inheriting our ends.
        let started = try spawning.withLock { _ in try Self.spawn(line, given) }
        input = Mutex(started.input)
        (output, shell) = (started.output, started.pid)
    }

    private static func spawn(
        _ line: [String], _ environment: [String]
    ) throws -> (input: Int32, output: Int32, pid: pid_t) {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw TestFailure("no pipe") }
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID: Ctrl-C must not reach it before us.
        var pid: pid_t = 0
        let failure = withCStrings(line) { argv in
            withCStrings(environment) { envp in posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, envp) }
        }
        close(toChild[0])
        close(fromChild[1])
        guard failure == 0 else { throw TestFailure("cannot start /bin/sh: \(failure)") }
        return (toChild[1], fromChild[0], pid)
    }

    /// Runs `program` as a server, its output appended to the file `log`; it gets SIGTERM in the end, then SIGKILL.
    /// Returns its process id too.
    public static func server(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: String
    ) throws -> (process: TestProcess, pid: Int32) {
        let script = """
            log=$1; shift
            "$@" </dev/null >>"$log" 2>&1 &
            pid=$!
            echo $pid
            cat >/dev/null
            kill $pid 2>/dev/null
            for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 $pid 2>/dev/null || exit 0; sleep 0.2; done
            kill -9 $pid 2>/dev/null
            """
        let process = try TestProcess(script: script, arguments: [log, program] + arguments, environment: environment)
        guard let line = process.readLine(within: .seconds(60)), let pid = Int32(line) else {
            throw TestFailure("\(program) did not start")
        }
        return (process, pid)
    }

    deinit {
        stop()
        close(output)
    }

    /// The next line of the script's output; nil when it ended or took too long. Blocks.
    public func readLine(within timeout: Duration) -> String? {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now + timeout
        while true {
            let left = ContinuousClock.now.duration(to: deadline).wholeMilliseconds
            var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&descriptor, 1, Int32(left)) > 0 else { return nil }
            var byte: UInt8 = 0
            guard read(output, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }

    /// Ends the program and waits for the clean-up. Blocks; repeating it changes nothing.
    public func stop() {
        let isFirst = input.withLock { input in
            guard input >= 0 else { return false }
            close(input)
            input = -1
            return true
        }
        if isFirst { waitpid(shell, nil, 0) }
    }
}

private let spawning = Mutex(())

/// Something that the tests need is missing or did not happen.
public struct TestFailure: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String
    /// A failure with its sentence.
    public init(_ description: String) { self.description = description }
}

/// A loopback port below 32768 on which nobody listens now.
public func freePort() throws -> Int {
    for _ in 0..<200 {
        let port = Int.random(in: 20_000..<32_000)
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if bound == 0 { return port }
    }
    throw TestFailure("no free port between 20000 and 32000")
}

/// The environment of this process.
func currentEnvironment() -> [String: String] {
    var out: [String: String] = [:]
    var at = environ
    while let entry = at.pointee {
        let text = String(cString: entry)
        if let equals = text.firstIndex(of: "=") {
            out[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        at += 1
    }
    return out
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}
