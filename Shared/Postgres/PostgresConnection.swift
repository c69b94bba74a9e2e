import Core
import Lifecycle
import Synchronization

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
    /// What is to be done with the next statement. Not the actor's own, so that noting it needs no change of threads.
    private struct Ahead {
        /// Statements to run before it, in the same round trip.
        var held: [Held] = []
        /// Whether the session may have been lost while nobody used it.
        var isFresh = true
    }

    /// A statement that waits for the next one, and where its result goes.
    private struct Held {
        var sql: SQL
        var answer: PostgresAnswer?
    }

    private nonisolated let ahead = Mutex(Ahead())

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The same, for tasks that use the connection; nil in simulations.
    nonisolated var thread: ThreadExecutor? { executor as? ThreadExecutor }

    init(_ configuration: PostgresConfiguration, sessions: PostgresSessions) {
        (self.configuration, self.sessions) = (configuration, sessions)
        executor = sessions.makeExecutor()
    }

    deinit { sessions.stop(executor) }

    /// Runs a statement and gives its rows.
    public func query(_ sql: SQL) async throws -> [PostgresRow] {
        let result = try await cancellable(sql)
        return (0..<result.count).map { PostgresRow(result: result, index: Int32($0)) }
    }

    /// Runs a statement and gives the number of rows that it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await cancellable(sql).affected
    }

    /// Runs a statement whose result nobody needs: it goes to the server with the next statement, with the commit, or
    /// when the connection is given back; these throw its error.
    public nonisolated func perform(_ sql: SQL) { ahead.withLock { $0.held.append(Held(sql: sql)) } }

    /// Runs a statement as `perform` does; `rows(of:)` gives its rows.
    public nonisolated func ask(_ sql: SQL) -> PostgresAnswer {
        let answer = PostgresAnswer()
        ahead.withLock { $0.held.append(Held(sql: sql, answer: answer)) }
        return answer
    }

    /// The rows of what `ask` has left; without waiting when a later statement has taken it along.
    public nonisolated func rows(of answer: PostgresAnswer) async throws -> [PostgresRow] {
        if let rows = answer.rows { return rows }
        try await flush()
        guard let rows = answer.rows else {
            throw PostgresError(.aborted, "a statement of the transaction had failed", statement: "")
        }
        return rows
    }

    /// Runs text that may hold several statements. Only text of our own making: it takes no values.
    public func executeScript(_ text: String) async throws {
        try await flush()
        _ = try await cancellable { link, _ throws(PostgresError) in try link.run(text) }
    }

    /// Runs `body` between a savepoint and its release. When it throws, what it did is undone, the transaction lives
    /// on, and the error is thrown on. May be nested. Use within a transaction only.
    public nonisolated func savepoint<Value>(_ body: () async throws -> Value) async throws -> Value {
        perform(Self.savepoint)
        let value: Value
        do {
            value = try await body()
            try await flush()
        } catch {
            try await undo()
            throw error
        }
        perform("RELEASE SAVEPOINT step")
        return value
    }

    private static let savepoint: SQL = "SAVEPOINT step"

    /// Whether `perform` has left something.
    nonisolated var hasAhead: Bool { ahead.withLock { !$0.held.isEmpty } }

    /// Runs what `perform` has left.
    func flush() async throws {
        guard let last = ahead.withLock({ $0.held.popLast() }) else { return }
        let result = try await cancellable(last.sql)
        last.answer?.note(result)
    }

    /// Undoes what was done since the last savepoint; not stopped half way by the caller's cancellation.
    private func undo() throws(PostgresError) {
        let isSent = ahead.withLock { ahead in
            guard let start = ahead.held.lastIndex(where: { $0.sql.text == Self.savepoint.text }) else {
                ahead.held = []
                return true
            }
            ahead.held.removeSubrange(start...)
            return false
        }
        guard isSent else { return }
        let text = "ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step"
        guard let link else { throw PostgresError(.connectionLost, "not connected", statement: text) }
        do { _ = try link.run(text) } catch {
            drop(ifBroken: error)
            throw error
        }
    }

    /// Notes that the connection was lent anew: nothing is left of what was to be done, and the session may be lost.
    nonisolated func lend() { ahead.withLock { $0 = Ahead() } }

    /// Begins a transaction, with its first statement.
    nonisolated func begin() { perform("BEGIN") }

    private func takeAhead() -> Ahead {
        ahead.withLock { ahead in
            defer { ahead = Ahead(isFresh: false) }
            return ahead
        }
    }

    /// Connects if need be. A connection that the server has closed meanwhile is noticed here and replaced.
    private func connect() throws(PostgresError) {
        if let link, link.isSilent, link.isAlive, link.isIdle { return }
        link = nil
        link = try sessions.open(configuration)
    }

    /// Ends the open transaction, keeping nothing. A connection that cannot even do that is dropped.
    func rollBack() {
        lend()
        guard let link, !link.isIdle else { return }
        do { _ = try link.run("ROLLBACK") } catch { self.link = nil }
    }

    /// Commits. Throws `.aborted` when the server rolled back instead, because a statement had failed.
    func commit() throws(PostgresError) {
        let ahead = takeAhead()
        // Nothing was asked of the server.
        if ahead.isFresh, ahead.held.count == 1 { return }
        if ahead.isFresh { try connect() }
        guard let link else { throw PostgresError(.connectionLost, "not connected", statement: "COMMIT") }
        let result: PostgresResult
        do { result = try Self.run(ahead.held, "COMMIT", on: link) } catch {
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

    private func cancellable(_ sql: SQL) async throws -> PostgresResult {
        try await cancellable { link, held throws(PostgresError) in try Self.run(held, sql, on: link) }
    }

    /// Runs what waits, and `sql` after it, whose result this gives.
    private static func run(
        _ held: [Held], _ sql: SQL, on link: any PostgresSession
    ) throws(PostgresError) -> PostgresResult {
        try link.run(all: held.map(\.sql) + [sql]) { place, result in
            if place < held.count { held[place].answer?.note(result) }
        }
    }

    private func cancellable(
        _ work: (any PostgresSession, _ held: [Held]) throws(PostgresError) -> PostgresResult
    ) async throws -> PostgresResult {
        try Task.checkCancellation()
        guard !isClosed else { throw PostgresError(.closed, "the connection is closed") }
        if let pause = sessions.pause { await pause() }
        let ahead = takeAhead()
        if ahead.isFresh { try connect() }
        guard let link else { throw PostgresError(.connectionLost, "the connection was lost in this transaction") }
        let cancel = StatementCancel(link.makeCancelHandle())
        defer { cancel.finish() }
        do {
            return try await withTaskCancellationHandler {
                // Naming `self` keeps the closure on this actor's thread; else it would block the cooperative pool.
                self.assertIsolated()
                return try work(link, ahead.held)
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
