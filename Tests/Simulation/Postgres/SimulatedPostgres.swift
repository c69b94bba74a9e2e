package import Core
import Glibc
package import Postgres

/// A Postgres that lives in memory, in one thread and in the simulation's time: the subset of SQL that our services
/// use, read committed, with row locks. Nothing waits: where the server would wait for another session's lock it throws
/// 55P03 at once.
///
/// Unchecked because whatever changes stands behind `lock`.
package final class SimulatedPostgres: @unchecked Sendable {
    /// Where a server may sin.
    package struct Point: Sendable {
        /// A moment in a session's life.
        package enum Step: String, Sendable {
            /// A session is to be opened.
            case connect
            /// A statement is to run; within a transaction or as one.
            case statement
            /// What was written is to be committed.
            case commit
            /// It is committed, and the client does not know yet.
            case committed
        }

        /// Whose session it is.
        package var process: String
        /// The moment.
        package var step: Step
        /// The statement with its placeholders; never a value.
        package var statement: String
    }

    /// What goes wrong. In a statement it fails the transaction; before a commit nothing is committed; after it
    /// everything is.
    package enum Sin: String, Sendable, CaseIterable {
        /// The session ends without an answer.
        case connectionLost
        /// 40001
        case serializationFailure
        /// 40P01
        case deadlock
        /// 57014
        case timeout
        /// 53300
        case tooManyConnections
        /// Before a commit: the session ends without an answer, and the server commits later, in `finishCommits`. The
        /// transaction is in progress until then and keeps its locks. Elsewhere as `connectionLost`.
        case commitLater
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let database: Database
    private var sins: (@Sendable (Point) -> Sin?)?
    private var sessions: [Session] = []
    private var opened = 0
    private var unfinished: [Transaction] = []
    private var plans: [Plan.Key: Plan] = [:]
    private var planned = 0

    /// A session ends with the connection that has it.
    private struct Session {
        var number: Int
        weak var session: SimulatedSession?
    }

    /// An empty server whose time is that of `now`.
    package init(now: @escaping @Sendable () -> Instant) {
        database = Database(now: now)
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Decides what goes wrong where; nil for nothing.
    package func setSins(_ sins: (@Sendable (Point) -> Sin?)?) { alone { self.sins = sins } }

    /// Applies changes of the schema, each once, without the record of them that a `Migrator` keeps.
    package func migrate(_ migrations: [Migration]) throws(PostgresError) {
        let session = open("")
        for migration in migrations { _ = try session.run(migration.sql) }
        session.end()
    }

    /// Where a pool of a process gets its sessions.
    package func sessions(
        of process: String, on executor: any SerialExecutor, pause: (@Sendable () async -> Void)? = nil
    ) -> PostgresSessions {
        PostgresSessions(on: executor, pause: pause) { _ throws(PostgresError) in try self.connect(process) }
    }

    private func connect(_ process: String) throws(PostgresError) -> SimulatedSession {
        if let sin = sin(Point(process: process, step: .connect, statement: "")) {
            throw sin.endsSession ? PostgresError(.unavailable, "refused") : sin.error
        }
        return open(process)
    }

    private func open(_ process: String) -> SimulatedSession {
        alone {
            opened += 1
            let session = SimulatedSession(self, process: process, number: opened)
            sessions.append(Session(number: opened, session: session))
            return session
        }
    }

    /// The process is gone: its sessions end, what they had not committed never was.
    package func crash(_ process: String) {
        for session in alone({ sessions.compactMap(\.session) }) where session.process == process { session.end() }
    }

    /// Ends the commits that nobody waits for any more.
    package func finishCommits() {
        alone {
            for transaction in unfinished { transaction.commit(in: database) }
            unfinished = []
        }
    }

    /// Rows as they are committed, for those who judge.
    package func query(_ sql: SQL) throws(PostgresError) -> [PostgresRow] {
        let session = open("")
        defer { session.end() }
        let result = try session.run(sql)
        return (0..<result.count).map { PostgresRow(result: result, index: Int32($0)) }
    }

    // MARK: sessions

    func sin(_ point: Point) -> Sin? {
        if point.process.isEmpty { return nil }
        return alone { sins }?(point)
    }

    func finishLater(_ transaction: Transaction) { unfinished.append(transaction) }

    func forget(_ session: Int) { sessions.removeAll { $0.number == session } }

    /// Does something with the database while nobody else does.
    func locked<Result>(_ body: (Database) throws -> Result) throws(PostgresError) -> Result {
        do { return try alone { try body(database) } } catch let error as PostgresError { throw error } catch {
            preconditionFailure("the simulation throws nothing else: \(error)")
        }
    }

    private func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body()
    }

    /// The plan of a statement, made anew after each change of the schema.
    func plan(_ text: String, _ parameters: [ValueType]) throws -> Plan {
        if planned != database.version { (plans, planned) = ([:], database.version) }
        let key = Plan.Key(text: text, parameters: parameters)
        if let plan = plans[key] { return plan }
        let statements = try Parser.statements(text)
        guard statements.count == 1 else { throw unsupported("several statements at once with values") }
        let plan = try Plan(statements[0], parameters, database)
        plans[key] = plan
        return plan
    }
}

extension SimulatedPostgres.Sin {
    var endsSession: Bool { self == .connectionLost || self == .commitLater }

    var error: PostgresError {
        switch self {
        case .connectionLost, .commitLater: PostgresError(.connectionLost, "the connection was lost")
        case .serializationFailure: failure("40001", "could not serialize access")
        case .deadlock: failure("40P01", "deadlock detected")
        case .timeout: failure("57014", "canceling statement due to statement timeout")
        case .tooManyConnections: failure("53300", "sorry, too many clients already")
        }
    }
}
