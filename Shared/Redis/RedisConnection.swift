import CRedis
import Core
import Glibc
import Lifecycle
import Synchronization

/// A command and, once the connection has seen to it, its answer.
final class RedisCommand: Sendable {
    let arguments: [[UInt8]]
    private let answer = Mutex<Result<RedisValue, RedisError>?>(nil)

    init(_ arguments: [[UInt8]]) { self.arguments = arguments }

    var result: Result<RedisValue, RedisError>? { answer.withLock { $0 } }
    func settle(_ result: Result<RedisValue, RedisError>) { answer.withLock { $0 = result } }
}

/// The one connection, on its own thread.
///
/// All commands that came in while the thread was busy are written together and their answers read together: pipelining
/// that nobody has to ask for.
actor RedisConnection {
    nonisolated let executor = ThreadExecutor(name: "redis")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private nonisolated let queue = Mutex<[RedisCommand]>([])
    private let configuration: RedisConfiguration
    private let clock: any WallClock
    private var context: UnsafeMutablePointer<redisContext>?
    private var failures = 0
    private var retryAt = Instant(microseconds: .min)

    init(_ configuration: RedisConfiguration, clock: any WallClock) {
        (self.configuration, self.clock) = (configuration, clock)
        // hiredis writes with write(2): a server that closed must be an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    isolated deinit {
        disconnect()
        executor.stop()
    }

    /// Puts a command in the queue; `work` then sees to it.
    nonisolated func enqueue(_ command: RedisCommand) { queue.withLock { $0.append(command) } }

    /// Sees to all commands in the queue. As calls run one at a time, a command enqueued before the call is settled
    /// when the call returns, by this call or by one before it.
    func work() {
        let commands = queue.withLock { queue in
            defer { queue = [] }
            return queue
        }
        guard !commands.isEmpty else { return }
        do throws(RedisError) {
            let context = try connected()
            for command in commands { append(command.arguments, to: context) }
            for command in commands { command.settle(try reply(from: context)) }
        } catch {
            for command in commands where command.result == nil { command.settle(.failure(error)) }
        }
    }

    func disconnect() {
        if let context { redisFree(context) }
        context = nil
    }

    private func connected() throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        if let context { return context }
        guard clock.now() >= retryAt else { throw RedisError(.unavailable, "not connected") }
        do throws(RedisError) {
            let new = try connect()
            context = new
            try greet(new)
            failures = 0
            return new
        } catch {
            disconnect()
            failures += 1
            var jitter = SplitMix64(seed: UInt64(bitPattern: clock.now().microseconds))
            retryAt = clock.now() + (configuration.backoff.delay(retry: failures, draw: jitter.unit()) ?? .zero)
            throw error
        }
    }

    private func connect() throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        let micros = configuration.timeout.wholeMicroseconds
        let limit = timeval(tv_sec: Int(micros / 1_000_000), tv_usec: Int(micros % 1_000_000))
        guard let new = redisConnectWithTimeout(configuration.host, Int32(configuration.port), limit) else {
            throw RedisError(.unavailable, "out of memory")
        }
        guard new.pointee.err == 0, redisSetTimeout(new, limit) == REDIS_OK else {
            defer { redisFree(new) }
            throw RedisError(.unavailable, Self.text(of: new))
        }
        return new
    }

    /// Logs in and chooses the database.
    private func greet(_ context: UnsafeMutablePointer<redisContext>) throws(RedisError) {
        var greetings: [[String]] = []
        if let password = configuration.password {
            greetings.append(["AUTH"] + (configuration.user.map { [$0] } ?? []) + [password])
        }
        if configuration.database != 0 { greetings.append(["SELECT", String(configuration.database)]) }
        for greeting in greetings {
            append(greeting.map { Array($0.utf8) }, to: context)
            _ = try reply(from: context).get()
        }
    }

    private func append(_ arguments: [[UInt8]], to context: UnsafeMutablePointer<redisContext>) {
        let lengths = arguments.map(\.count)
        let copies = arguments.map { argument in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, argument.count))
            for (at, byte) in argument.enumerated() { copy[at] = CChar(bitPattern: byte) }
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        var pointers = copies.map { UnsafePointer<CChar>?($0) }
        redisAppendCommandArgv(context, Int32(arguments.count), &pointers, lengths)
    }

    /// The next answer; throws when the connection is of no more use.
    private func reply(
        from context: UnsafeMutablePointer<redisContext>
    ) throws(RedisError) -> Result<RedisValue, RedisError> {
        var raw: UnsafeMutableRawPointer?
        errno = 0
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else {
            let isTimeout = context.pointee.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)
            let error = RedisError(isTimeout ? .timeout : .disconnected, Self.text(of: context))
            disconnect()
            throw error
        }
        defer { freeReplyObject(raw) }
        let value = Self.value(of: raw.assumingMemoryBound(to: redisReply.self))
        if case .error(let text) = value {
            // Only the code in front (`WRONGTYPE`, `NOAUTH`): the rest may quote arguments.
            return .failure(RedisError(.refused, String(text.prefix { $0 != " " })))
        }
        return .success(value)
    }

    private static func value(of reply: UnsafeMutablePointer<redisReply>) -> RedisValue {
        let reply = reply.pointee
        switch reply.type {
        case REDIS_REPLY_INTEGER: return .integer(reply.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .bytes(bytes(of: reply))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            return .array((0..<reply.elements).map { at in reply.element[at].map(value) ?? .null })
        default: return .null
        }
    }

    private static func bytes(of reply: redisReply) -> [UInt8] {
        guard let text = reply.str else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: reply.len))
    }

    private static func text(of context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
