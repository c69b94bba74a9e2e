import Core

/// One connection with a thread of its own, on which libpq may block. Connects when first used and again after a loss.
///
/// Inside a transaction all statements of the body go through the one connection; calls are serialised. Cancelling the
/// task stops the running statement on the server and throws `CancellationError`.
public actor PostgresConnection {
    private nonisolated let executor: any SerialExecutor
    private let configuration: PostgresConfiguration
    private let sessions: PostgresSessions
    private var link: (any PostgresSession)?
    private var isClosed = false

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: PostgresConfiguration, sessions: PostgresSessions) {
        (self.configuration, self.sessions) = (configuration, sessions)
        executor = sessions.makeExecutor()
    }

    deinit { sessions.stop(executor) }

    /// Runs a statement and gives its rows.
    public func query(_ sql: SQL) async throws -> [PostgresRow] {
        let result = try await cancellable { link throws(PostgresError) in try link.run(sql) }
        return (0..<result.count).map { PostgresRow(result: result, index: Int32($0)) }
    }

    /// Runs a statement and gives the number of rows that it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await cancellable { link throws(PostgresError) in try link.run(sql) }.affected
    }

    /// Runs text that may hold several statements. Only text of our own making: it takes no values.
    public func executeScript(_ text: String) async throws {
        _ = try await cancellable { link throws(PostgresError) in try link.run(text) }
    }

    /// Runs `body` between a savepoint and its release. When it throws, what it did is undone, the transaction lives
    /// on, and the error is thrown on. May be nested. Use within a transaction only.
    public nonisolated func savepoint<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await execute("SAVEPOINT step")
        let value: Value
        do { value = try await body() } catch {
            try await control("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step")
            throw error
        }
        try await execute("RELEASE SAVEPOINT step")
        return value
    }

    /// Runs a transaction statement that must not be stopped half way by the caller's cancellation.
    func control(_ text: String) throws(PostgresError) {
        guard let link else { throw PostgresError(.connectionLost, "not connected", statement: text) }
        do { _ = try link.run(text) } catch {
            drop(ifBroken: error)
            throw error
        }
    }

    /// Connects if need be. A connection that the server has closed meanwhile is noticed here and replaced.
    func ready() throws(PostgresError) {
        guard !isClosed else { throw PostgresError(.closed, "the connection is closed") }
        if let link, link.isAlive, link.isIdle { return }
        link = nil
        link = try sessions.open(configuration)
    }

    /// Ends the open transaction, keeping nothing. A connection that cannot even do that is dropped.
    func rollBack() {
        guard let link, !link.isIdle else { return }
        do { _ = try link.run("ROLLBACK") } catch { self.link = nil }
    }

    /// Commits. Throws `.aborted` when the server rolled back instead, because a statement had failed.
    func commit() throws(PostgresError) {
        guard let link else { throw PostgresError(.connectionLost, "not connected", statement: "COMMIT") }
        let result: PostgresResult
        do { result = try link.run("COMMIT") } catch {
            drop(ifBroken: error)
            throw error
        }
        if result.command == "ROLLBACK" {
            throw PostgresError(.aborted, "a statement of the transaction had failed", statement: "COMMIT")
        }
    }

    /// Hangs up; the session's locks and settings go with it. The next loan connects anew.
    public func hangUp() { link = nil }

    /// Hangs up for good. The thread ends when the last reference goes.
    func close() {
        isClosed = true
        link = nil
    }

    private func drop(ifBroken error: PostgresError) {
        if error.code == .connectionLost || error.code == .shuttingDown || link?.isAlive == false { link = nil }
    }

    private func cancellable(
        _ work: (any PostgresSession) throws(PostgresError) -> PostgresResult
    ) async throws -> PostgresResult {
        try Task.checkCancellation()
        guard !isClosed else { throw PostgresError(.closed, "the connection is closed") }
        if let pause = sessions.pause { await pause() }
        guard let link else { throw PostgresError(.connectionLost, "the connection was lost in this transaction") }
        let cancel = StatementCancel(link.makeCancelHandle())
        defer { cancel.finish() }
        do {
            return try await withTaskCancellationHandler {
                // Naming `self` keeps the closure on this actor's thread; else it would block the cooperative pool.
                self.assertIsolated()
                return try work(link)
            } onCancel: {
                cancel.cancel()
            }
        } catch let error as PostgresError {
            drop(ifBroken: error)
            cancel.finish()
            if error.code == .timeout, cancel.isCancelled { throw CancellationError() }
            throw error
        }
    }
}
