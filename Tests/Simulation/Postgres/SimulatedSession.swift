import Core
import Postgres

/// A session with a simulated server.
///
/// Unchecked because what changes is touched only by the one who calls, and calls are serialised: by the connection,
/// and by the simulation's one thread.
final class SimulatedSession: PostgresSession, @unchecked Sendable {
    let process: String
    /// Its number on the server.
    let number: Int
    private let server: SimulatedPostgres
    private var transaction: Transaction?
    private(set) var isAlive = true

    init(_ server: SimulatedPostgres, process: String, number: Int) {
        (self.server, self.process, self.number) = (server, process, number)
    }

    deinit { end() }

    var isIdle: Bool { transaction == nil }

    func makeCancelHandle() -> OpaquePointer? { nil }

    /// The session is over, however that came.
    func end() {
        guard isAlive else { return }
        isAlive = false
        try? server.locked { database in
            transaction?.rollBack(in: database)
            transaction = nil
            database.unlockAll(of: number)
            server.forget(number)
        }
    }

    func run(_ script: String) throws(PostgresError) -> PostgresResult {
        try described(script) { () throws(PostgresError) in
            var result = Self.empty("")
            let statements = try server.locked { _ in try Parser.statements(script) }
            for statement in statements {
                if case .control(let control) = statement {
                    result = try self.control(control, script)
                } else {
                    result = try inTransaction(script) { database, transaction in
                        try Plan(statement, [], database).run(database, transaction, [])
                    }
                }
            }
            return result
        }
    }

    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult {
        let text = sql.text
        return try described(text) { () throws(PostgresError) in
            if let control = try Self.control(text) { return try self.control(control, text) }
            return try inTransaction(text) { [server] database, transaction in
                let types = try sql.binds.map { try ValueType(oid: $0.type) }
                let plan = try server.plan(text, types)
                let values = try zip(sql.binds, types).map { try Value($0, type: $1) }
                return try plan.run(database, transaction, values)
            }
        }
    }

    /// Statements that go together without BEGIN are one transaction.
    func run(
        all statements: [SQL], noting note: (Int, PostgresResult) -> Void
    ) throws(PostgresError) -> PostgresResult {
        let begins = try Self.control(statements[0].text) != nil
        let isOne = isAlive && isIdle && statements.count > 1 && !begins
        if isOne { transaction = try server.locked { Transaction(start: $0.now(), session: number) } }
        var result = Self.empty("")
        do {
            for (place, statement) in statements.enumerated() {
                result = try run(statement)
                note(place, result)
            }
        } catch {
            if isOne, isAlive { try rollBack() }
            throw error
        }
        if isOne { try commit(statements[statements.count - 1].text) }
        return result
    }

    /// What a statement says to the transaction; nil when it is another kind.
    private static func control(_ text: String) throws(PostgresError) -> Control? {
        let first = text.prefix { $0.isLetter }
        guard ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "DEALLOCATE"].contains(first) else {
            return nil
        }
        do {
            guard case .control(let control)? = try Parser.statements(text).first else { return nil }
            return control
        } catch { throw error as? PostgresError ?? unsupported(text) }
    }

    /// Names the statement in an error.
    private func described(
        _ statement: String, _ body: () throws(PostgresError) -> PostgresResult
    ) throws(PostgresError) -> PostgresResult {
        guard isAlive else { throw SimulatedPostgres.Sin.connectionLost.error }
        do { return try body() } catch {
            var error = error
            if error.statement == nil { error.statement = statement }
            throw error
        }
    }

    /// Runs a statement in the open transaction, or in one of its own.
    private func inTransaction(
        _ text: String, _ body: (Database, Transaction) throws -> PostgresResult
    ) throws(PostgresError) -> PostgresResult {
        if transaction?.hasFailed == true { throw failure("25P02", "current transaction is aborted") }
        let isAlone = transaction == nil
        if let sin = server.sin(SimulatedPostgres.Point(process: process, step: .statement, statement: text)) {
            if sin.endsSession { end() } else { try failTransaction() }
            throw sin.error
        }
        do {
            let result = try server.locked { database in
                let transaction = self.transaction ?? Transaction(start: database.now(), session: number)
                self.transaction = transaction
                return try body(database, transaction)
            }
            if isAlone { try commit(text) }
            return result
        } catch {
            if isAlone { try rollBack() } else { try failTransaction() }
            throw error
        }
    }

    private func failTransaction() throws(PostgresError) { try server.locked { transaction?.fail(in: $0) } }

    // MARK: transactions

    private func control(_ control: Control, _ text: String) throws(PostgresError) -> PostgresResult {
        switch control {
        case .begin:
            if transaction == nil {
                transaction = try server.locked { Transaction(start: $0.now(), session: number) }
            }
            return Self.empty("BEGIN")
        case .commit:
            guard transaction?.hasFailed != true else {
                try rollBack()
                return Self.empty("ROLLBACK")
            }
            try commit(text)
            return Self.empty("COMMIT")
        case .rollBack:
            try rollBack()
            return Self.empty("ROLLBACK")
        case .savepoint, .rollBackTo, .release: try marked(control)
        case .ignored(let command): return Self.empty(command)
        }
        return Self.empty("SAVEPOINT")
    }

    private func marked(_ control: Control) throws(PostgresError) {
        guard let transaction else { throw failure("25P01", "SAVEPOINT can only be used in transaction blocks") }
        do { try mark(control, transaction) } catch {
            try failTransaction()
            throw error
        }
    }

    private func mark(_ control: Control, _ transaction: Transaction) throws(PostgresError) {
        try server.locked { database in
            if transaction.hasFailed, case .rollBackTo = control {
            } else if transaction.hasFailed {
                throw failure("25P02", "current transaction is aborted")
            }
            switch control {
            case .savepoint(let name): transaction.savepoint(name)
            case .rollBackTo(let name): try transaction.rollBack(to: name, in: database)
            case .release(let name): try transaction.release(name)
            default: break
            }
        }
    }

    private func commit(_ text: String) throws(PostgresError) {
        guard let transaction else { return }
        var point = SimulatedPostgres.Point(process: process, step: .commit, statement: text)
        let isWorthASin = transaction.hasWritten
        if isWorthASin, let sin = server.sin(point) {
            if sin == .commitLater {
                try server.locked { _ in
                    server.finishLater(transaction)
                    self.transaction = nil
                }
            }
            if sin.endsSession { end() } else { try rollBack() }
            throw sin.error
        }
        // The hook may have ended the process meanwhile.
        guard isAlive else { throw SimulatedPostgres.Sin.connectionLost.error }
        try server.locked { database in
            transaction.commit(in: database)
            self.transaction = nil
        }
        point.step = .committed
        if isWorthASin, server.sin(point) != nil {
            end()
            throw SimulatedPostgres.Sin.connectionLost.error
        }
    }

    private func rollBack() throws(PostgresError) {
        try server.locked { database in
            transaction?.rollBack(in: database)
            transaction = nil
        }
    }

    private static func empty(_ command: String) -> PostgresResult {
        PostgresResult(names: [], types: [], rows: [], affected: 0, command: command)
    }
}
