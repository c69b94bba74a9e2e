import Core
import Lifecycle
import Postgres
import SimulatedPostgres
import Synchronization

/// The same statements on the real server and on the simulated one, through two sessions with each; what they answer
/// is compared. Nothing waits for a lock: the real one gives up at once, as the simulated one does.
actor Duel {
    private nonisolated let executor = ThreadExecutor(name: "duel")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What a statement came to, of all its runs.
    struct Count {
        var rows = 0
        var failures = 0
        var nothings = 0

        static func + (left: Count, right: Count) -> Count {
            Count(
                rows: left.rows + right.rows, failures: left.failures + right.failures,
                nothings: left.nothings + right.nothings)
        }
    }

    private let clock: Clock
    private let configuration: PostgresConfiguration
    private let server: SimulatedPostgres
    private var pairs: [(real: any PostgresSession, simulated: any PostgresSession)] = []
    private(set) var differences: [String] = []
    private(set) var counts: [String: Count] = [:]

    init(_ configuration: PostgresConfiguration, _ migrations: [Migration]) throws {
        let clock = Clock()
        (self.clock, self.configuration) = (clock, configuration)
        server = SimulatedPostgres { clock.now }
        try server.migrate(migrations)
    }

    deinit { executor.stop() }

    /// Opens sessions with both.
    func open(_ count: Int) throws {
        for _ in 0..<count {
            let real = try PostgresSessions.libpq.open(configuration)
            _ = try real.run("SET lock_timeout = '100ms'")
            pairs.append((real, try server.sessions(of: "duel", on: executor).open(configuration)))
        }
    }

    /// Ends the sessions.
    func close() { pairs = [] }

    /// Whether a session is in a transaction; both must say the same.
    func isIdle(_ number: Int) -> Bool {
        let pair = pairs[number]
        if pair.real.isIdle != pair.simulated.isIdle { differences.append("one of them is in a transaction") }
        return pair.real.isIdle
    }

    /// BEGIN, COMMIT and the like.
    func control(_ text: String, in number: Int) throws {
        let pair = pairs[number]
        let real = Answer { () throws(PostgresError) in try pair.real.run(text) }
        if text == "BEGIN" { try tellTime(pair.real) }
        let simulated = Answer { () throws(PostgresError) in try pair.simulated.run(text) }
        if real.failure != simulated.failure { note(text, [], real, simulated) }
    }

    private func tellTime(_ real: any PostgresSession) throws {
        let result = try real.run("SELECT now() AS now" as SQL)
        clock.set(try PostgresRow(result: result, index: 0).instant("now"))
    }

    /// Runs a statement on both, on its own or in the session's transaction; whether it failed.
    @discardableResult func run(_ sql: SQL, in number: Int) throws -> Bool {
        let pair = pairs[number]
        let isAlone = pair.real.isIdle
        if isAlone {
            _ = try pair.real.run("BEGIN")
            try tellTime(pair.real)
        }
        let real = Answer { () throws(PostgresError) in try pair.real.run(sql) }
        if isAlone { _ = try pair.real.run("COMMIT") }
        let simulated = Answer { () throws(PostgresError) in try pair.simulated.run(sql) }
        count(sql.text, real)
        let isOrdered =
            sql.text.contains("ORDER BY") && !sql.text.contains("UPDATE ")
            && !sql.text.contains("random()")
        if real.comparable(isOrdered) != simulated.comparable(isOrdered), !real.isAlikeBad(simulated) {
            note(sql.text, sql.binds, real, simulated)
        }
        return real.failure != nil
    }

    /// Compares all that is committed.
    func compare(_ tables: [String]) throws {
        for table in tables { try run(SQL(unsafe: "SELECT * FROM \(table)"), in: pairs.count - 1) }
    }

    private func count(_ text: String, _ answer: Answer) {
        if answer.failure != nil {
            counts[text, default: Count()].failures += 1
        } else if answer.affected > 0 {
            counts[text, default: Count()].rows += 1
        } else {
            counts[text, default: Count()].nothings += 1
        }
    }

    private func note(_ text: String, _ binds: [PostgresBind], _ real: Answer, _ simulated: Answer) {
        guard differences.count < 3 else { return }
        let values = binds.map { bind in bind.bytes.map { "\(bind.type) \(readable($0))" } ?? "NULL" }
        differences.append("\(text)\n  with: \(values)\n  real: \(real)\n  simulated: \(simulated)")
    }
}

/// Text where it is text, else numbers.
func readable(_ bytes: [UInt8]) -> String {
    bytes.allSatisfy { $0 >= 32 && $0 < 127 } ? String(decoding: bytes, as: UTF8.self) : "\(bytes)"
}

/// The simulated server's time, which the real one tells.
private final class Clock: Sendable {
    private let moment = Mutex(Instant(microseconds: 0))
    var now: Instant { moment.withLock { $0 } }
    func set(_ instant: Instant) { moment.withLock { $0 = instant } }
}

/// What a statement gave.
struct Answer: Equatable, CustomStringConvertible {
    var failure: String?
    var state = ""
    var names: [String] = []
    var types: [UInt32] = []
    var rows: [[[UInt8]?]] = []
    var affected = 0

    var description: String {
        if let failure { return failure }
        let rows = rows.map { $0.map { $0.map(readable) ?? "NULL" }.joined(separator: " | ") }
        return "\(affected) of \(zip(names, types).map { "\($0) \($1)" }): \(rows.joined(separator: "\n    "))"
    }

    init(_ work: () throws(PostgresError) -> PostgresResult) {
        do {
            let result = try work()
            (names, types, affected) = (result.names, result.types, result.affected)
            rows = (0..<result.count).map { row in
                names.indices.map { column in result.bytes(Int32(row), Int32(column)).map { Array($0) } }
            }
        } catch {
            state = error.sqlState ?? ""
            failure = "\(error.code) \(error.sqlState ?? "") \(error.constraint ?? "")"
            if error.sqlState == "0A000" { failure = error.debugDescription }
        }
    }

    /// Whether both refuse the values, if for different ones of several rows: which is met first is the plan's affair.
    func isAlikeBad(_ other: Answer) -> Bool {
        [state, other.state].allSatisfy { $0.hasPrefix("22") || $0.hasPrefix("23") }
    }

    /// Without what cannot be the same: the moment within a transaction, its number, spaces in JSON, and the order
    /// where the statement leaves it open.
    func comparable(_ isOrdered: Bool) -> Answer {
        var copy = self
        for (column, name) in names.enumerated() {
            for row in rows.indices {
                if name == "age" || name == "transaction" { copy.rows[row][column] = [] }
                if types[column] == PostgresType.jsonb, let bytes = rows[row][column],
                    let json = try? JSON(parsing: Array(bytes.dropFirst()))
                {
                    copy.rows[row][column] = json.bytes()
                }
            }
        }
        if !isOrdered { copy.rows.sort { "\($0)" < "\($1)" } }
        return copy
    }
}
