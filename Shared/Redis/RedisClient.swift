public import Core
public import Telemetry

/// A Redis client: one connection, one thread, commands pipelined by themselves, reconnecting with backoff.
///
/// Every call ends within a few times the configured timeout. Cancelling the task does not recall a command. A command
/// that failed by `timeout` or `disconnected` may have been carried out; the client repeats nothing.
public final class RedisClient: Sendable {
    private let connection: RedisConnection
    private let commands: Counter
    private let errors: Counter
    private let logger: Logger

    /// A client; it connects with the first command.
    public init(
        _ configuration: RedisConfiguration, telemetry: Telemetry = .silent, clock: any WallClock = SystemClock()
    ) {
        connection = RedisConnection(configuration, clock: clock)
        commands = telemetry.metrics.counter(.redisCommands, "Commands sent to Redis")
        errors = telemetry.metrics.counter(.redisErrors, "Commands that failed")
        logger = telemetry.logger
    }

    /// Closes the connection. A later command opens it again.
    public func close() async { await connection.disconnect() }

    /// Runs any command: its name and its arguments.
    public func command(_ arguments: [[UInt8]]) async throws(RedisError) -> RedisValue {
        let command = RedisCommand(arguments)
        connection.enqueue(command)
        await connection.work()
        commands.increment()
        guard let result = command.result else { preconditionFailure("a command was not settled") }
        if case .failure(let error) = result {
            errors.increment()
            logger.debug("Redis command failed", [.error: .string(error.description)])
        }
        return try result.get()
    }

    /// Whether the server answers.
    public func ping() async throws(RedisError) { _ = try await run("PING") }

    /// The value of `key`, or nil.
    public func get(_ key: String) async throws(RedisError) -> [UInt8]? {
        switch try await run("GET", key) {
        case .null: return nil
        case .bytes(let bytes): return bytes
        default: throw RedisError(.unexpectedReply)
        }
    }

    /// Sets `key`, for ever or for a time of at least a millisecond. With `ifAbsent` an existing value stays, and the
    /// call returns false.
    @discardableResult
    public func set(
        _ key: String, _ value: [UInt8], expiresIn duration: Duration? = nil, ifAbsent: Bool = false
    ) async throws(RedisError) -> Bool {
        var arguments = [Array("SET".utf8), Array(key.utf8), value]
        if let duration {
            arguments += [Array("PX".utf8), Array(String(max(1, duration.wholeMilliseconds)).utf8)]
        }
        if ifAbsent { arguments.append(Array("NX".utf8)) }
        return try await command(arguments) != .null
    }

    /// Removes `keys` and returns how many existed.
    @discardableResult
    public func delete(_ keys: [String]) async throws(RedisError) -> Int {
        guard !keys.isEmpty else { return 0 }
        return Int(try await number(["DEL"] + keys))
    }

    /// Adds `amount` to the number at `key`, which begins at 0, and returns the sum.
    @discardableResult
    public func increment(_ key: String, by amount: Int64 = 1) async throws(RedisError) -> Int64 {
        try await number(["INCRBY", key, String(amount)])
    }

    /// Runs a Lua script, atomically.
    public func evaluate(
        _ script: String, keys: [String] = [], arguments: [[UInt8]] = []
    ) async throws(RedisError) -> RedisValue {
        let head = ["EVAL", script, String(keys.count)] + keys
        return try await command(head.map { Array($0.utf8) } + arguments)
    }

    private func run(_ words: String...) async throws(RedisError) -> RedisValue {
        try await command(words.map { Array($0.utf8) })
    }

    private func number(_ words: [String]) async throws(RedisError) -> Int64 {
        guard let number = try await command(words.map { Array($0.utf8) }).integer else {
            throw RedisError(.unexpectedReply)
        }
        return number
    }
}
