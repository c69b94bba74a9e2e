import Core
import Lifecycle
import Synchronization

/// Connections that are lent one by one, each with a thread of its own. Opened when needed, kept, replaced after a
/// loss.
///
/// Who asks while all are out waits in line; cancelling the task leaves the line. A lost connection fails the work that
/// used it with a retriable error; the next loan connects anew.
public final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresConnection] = []
        var open = 0
        var waiters: [(id: UInt64, continuation: CheckedContinuation<PostgresConnection, any Error>)] = []
        var left: Set<UInt64> = []
        var nextID: UInt64 = 0
        var isClosed = false
    }

    /// How to reach the database and how to behave there.
    public let configuration: PostgresConfiguration
    private let sessions: PostgresSessions
    private let state = Mutex(State())

    /// A pool; opens nothing yet.
    public convenience init(_ configuration: PostgresConfiguration) { self.init(configuration, sessions: .libpq) }

    /// A pool over sessions of another kind.
    package init(_ configuration: PostgresConfiguration, sessions: PostgresSessions) {
        (self.configuration, self.sessions) = (configuration, sessions)
    }

    /// Runs `body` in one transaction: commits what it did when it returns, undoes it when it throws. Not tried again;
    /// `PostgresError.isRetriable` says whether that may help. A commit is never cut short by cancellation.
    public func transaction<Value>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            connection.begin()
            do {
                let value = try await body(connection)
                try await connection.commit()
                return value
            } catch {
                await connection.rollBack()
                throw error
            }
        }
    }

    /// Runs a statement in a transaction of its own and gives its rows.
    public func query(_ sql: SQL) async throws -> [PostgresRow] {
        try await withConnection { try await $0.query(sql) }
    }

    /// Runs a statement in a transaction of its own and gives the number of rows that it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await withConnection { try await $0.execute(sql) }
    }

    /// Lends a connection to `body`, outside of a transaction. What `body` leaves open is rolled back. `body` runs on
    /// the connection's own thread, unless an actor with a thread of its own calls: a statement then costs no change
    /// of threads.
    public func withConnection<Value>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        let connection = try await acquire()
        guard let thread = connection.thread else { return try await lend(connection, to: body) }
        return try await withTaskExecutorPreference(thread) { try await lend(connection, to: body) }
    }

    private func lend<Value>(
        _ connection: PostgresConnection, to body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        connection.lend()
        do {
            let value = try await body(connection)
            if connection.hasAhead { try await connection.flush() }
            release(connection)
            return value
        } catch {
            await connection.rollBack()
            release(connection)
            throw error
        }
    }

    /// Closes the connections; those that are out when they come back. Who waits gets `.closed`.
    public func close() async {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            defer { (state.idle, state.waiters) = ([], []) }
            return (state.idle, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError(.closed, "the pool is closed")) }
        for connection in idle { await connection.close() }
    }

    private enum Loan {
        case connection(PostgresConnection)
        case wait(UInt64)
        case closed
    }

    private func acquire() async throws -> PostgresConnection {
        try Task.checkCancellation()
        let loan: Loan = state.withLock { state in
            if state.isClosed { return .closed }
            if let connection = state.idle.popLast() { return .connection(connection) }
            if state.open < configuration.maximum {
                state.open += 1
                return .connection(PostgresConnection(configuration, sessions: sessions))
            }
            state.nextID += 1
            return .wait(state.nextID)
        }
        switch loan {
        case .connection(let connection): return connection
        case .closed: throw PostgresError(.closed, "the pool is closed")
        case .wait(let id): return try await wait(id)
        }
    }

    private func wait(_ id: UInt64) async throws -> PostgresConnection {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Next { case wait, connection(PostgresConnection), cancelled, closed }
                let next: Next = state.withLock { state in
                    if state.left.remove(id) != nil { return .cancelled }
                    if state.isClosed { return .closed }
                    if let connection = state.idle.popLast() { return .connection(connection) }
                    state.waiters.append((id, continuation))
                    return .wait
                }
                switch next {
                case .wait: break
                case .connection(let connection): continuation.resume(returning: connection)
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .closed: continuation.resume(throwing: PostgresError(.closed, "the pool is closed"))
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                guard let position = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.left.insert(id)
                    return nil as CheckedContinuation<PostgresConnection, any Error>?
                }
                return state.waiters.remove(at: position).continuation
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func release(_ connection: PostgresConnection) {
        let waiter = state.withLock { state in
            if state.isClosed { return nil as CheckedContinuation<PostgresConnection, any Error>? }
            if !state.waiters.isEmpty { return state.waiters.removeFirst().continuation }
            state.idle.append(connection)
            return nil
        }
        waiter?.resume(returning: connection)
    }
}
