import CPostgres
import Core
import Glibc

/// One open libpq connection and the statements prepared on it.
///
/// Unchecked because only the owning `PostgresConnection` calls it, on that connection's own thread; the cancel handle
/// is what libpq allows other threads to use.
final class PostgresLink: @unchecked Sendable {
    /// Beyond this many prepared statements all are dropped: text that differs from call to call must not pile up.
    private static let preparedLimit = 512

    private let connection: OpaquePointer
    private var prepared: [String: String] = [:]
    private var serial = 0

    /// Connects and sets the session up. Blocks; only on the connection's own thread.
    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        let parameters: [(String, String)] = [
            ("dbname", configuration.url),
            ("connect_timeout", String(max(2, configuration.connectTimeout.components.seconds))),
            ("application_name", configuration.applicationName), ("client_encoding", "UTF8"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
        let opened = Self.withStrings(parameters.map(\.0)) { keys in
            Self.withStrings(parameters.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let opened else { throw PostgresError(.unavailable, "out of memory") }
        connection = opened
        guard PQstatus(opened) == CONNECTION_OK else {
            let text = String(cString: PQerrorMessage(opened))
            let malformed = text.contains("invalid connection option") || text.contains("missing \"=\"")
            throw PostgresError(malformed ? .configuration : .unavailable, text)
        }
        pqx_silence(opened)
        try setUp(configuration)
    }

    deinit { PQfinish(connection) }

    private func setUp(_ configuration: PostgresConfiguration) throws(PostgresError) {
        var script = "SET statement_timeout = \(configuration.statementTimeout.wholeMilliseconds);"
        script += "SET idle_in_transaction_session_timeout = "
        script += "\(configuration.idleInTransactionTimeout.wholeMilliseconds);"
        if !configuration.searchPath.isEmpty {
            script += "SET search_path = " + configuration.searchPath.map(SQL.quoted).joined(separator: ", ")
        }
        if configuration.plans == .byIndex {
            script += ";SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"
        }
        _ = try run(script)
    }

    /// Whether the connection still stands, asked without waiting: notices a server that has hung up meanwhile.
    var isAlive: Bool { PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK }

    /// Whether nothing has come that was not asked for, asked without waiting. libpq takes a server's farewell for a
    /// notice, and sees only after it that the server has hung up.
    var isSilent: Bool {
        var byte: UInt8 = 0
        return recv(PQsocket(connection), &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0
            && (errno == EAGAIN || errno == EINTR)
    }

    /// Whether the server sees no open transaction here.
    var isIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

    /// Freed with `PQfreeCancel`.
    func makeCancelHandle() -> OpaquePointer? { PQgetCancel(connection) }

    /// Runs text that may hold several statements, without binds.
    func run(_ script: String) throws(PostgresError) -> PostgresResult {
        try checked(PQexec(connection, script), statement: script)
    }

    /// Runs one statement with its values through its prepared form.
    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult {
        let text = sql.text
        let name = try prepare(text, sql.binds)
        let raw = Self.withValues(sql.binds) { values, lengths, formats in
            PQexecPrepared(connection, name, Int32(sql.binds.count), values, lengths, formats, 1)
        }
        return try settled(raw, text)
    }

    /// What a statement gave. One that the server wants prepared anew is forgotten.
    private func settled(_ raw: OpaquePointer?, _ text: String) throws(PostgresError) -> PostgresResult {
        do { return try checked(raw, statement: text) } catch {
            if error.code == .stalePlan { prepared[text] = nil }
            throw error
        }
    }

    /// Hands the values of `binds` to libpq: addresses, lengths, and that they are binary.
    private static func withValues<Result>(
        _ binds: [PostgresBind], _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        var buffer: [UInt8] = [0]
        buffer.reserveCapacity(1 + binds.reduce(0) { $0 + ($1.bytes?.count ?? 0) })
        for bind in binds { buffer.append(contentsOf: bind.bytes ?? []) }
        var offset = 1
        return buffer.withUnsafeBytes { bytes in
            let start = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            var values: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            for bind in binds {
                values.append(bind.bytes == nil ? nil : start + offset)
                lengths.append(Int32(bind.bytes?.count ?? 0))
                offset += bind.bytes?.count ?? 0
            }
            return body(values, lengths, [Int32](repeating: 1, count: binds.count))
        }
    }

    /// Runs statements one after the other in one round trip, in libpq's pipeline mode; gives the last one's result.
    /// The first that fails ends it: the server skips the others.
    func run(
        all statements: [SQL], noting note: (Int, PostgresResult) -> Void
    ) throws(PostgresError) -> PostgresResult {
        guard statements.count > 1 else {
            let result = try run(statements[0])
            note(0, result)
            return result
        }
        let texts = statements.map(\.text)
        var names: [String] = []
        for (text, sql) in zip(texts, statements) { names.append(try prepare(text, sql.binds)) }
        guard PQenterPipelineMode(connection) == 1 else { throw lost(texts[0]) }
        defer { PQexitPipelineMode(connection) }
        for (name, sql) in zip(names, statements) {
            let isSent = Self.withValues(sql.binds) { values, lengths, formats in
                PQsendQueryPrepared(connection, name, Int32(sql.binds.count), values, lengths, formats, 1) == 1
            }
            guard isSent else { throw lost(texts[0]) }
        }
        guard PQpipelineSync(connection) == 1 else { throw lost(texts[0]) }
        return try results(of: texts, noting: note)
    }

    /// Reads what each statement of a pipeline gave, to its end whatever comes.
    private func results(
        of texts: [String], noting note: (Int, PostgresResult) -> Void
    ) throws(PostgresError) -> PostgresResult {
        var outcome: Result<PostgresResult, PostgresError>?
        for (place, text) in texts.enumerated() {
            let raw = PQgetResult(connection)
            if raw == nil { throw lost(text) }
            if PQresultStatus(raw) == PGRES_PIPELINE_ABORTED {
                PQclear(raw)
            } else if case .failure? = outcome {
                PQclear(raw)
            } else {
                do throws(PostgresError) {
                    let result = try settled(raw, text)
                    note(place, result)
                    outcome = .success(result)
                } catch {
                    outcome = .failure(error)
                }
            }
            // An empty result ends each statement's.
            while let more = PQgetResult(connection) { PQclear(more) }
        }
        PQclear(PQgetResult(connection))
        guard let outcome else { throw lost(texts[0]) }
        return try outcome.get()
    }

    private func lost(_ statement: String) -> PostgresError {
        PostgresError(.connectionLost, String(cString: PQerrorMessage(connection)), statement: statement)
    }

    private func prepare(_ text: String, _ binds: [PostgresBind]) throws(PostgresError) -> String {
        if let name = prepared[text] { return name }
        if prepared.count >= Self.preparedLimit {
            _ = try run("DEALLOCATE ALL")
            prepared = [:]
        }
        serial += 1
        let name = "s\(serial)"
        let types = binds.map(\.type)
        _ = try checked(PQprepare(connection, name, text, Int32(types.count), types), statement: text)
        prepared[text] = name
        return name
    }

    private func checked(_ raw: OpaquePointer?, statement: String) throws(PostgresError) -> PostgresResult {
        let status = PQresultStatus(raw)
        if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY, let raw {
            return PostgresResult(raw)
        }
        defer { PQclear(raw) }
        func field(_ code: Int) -> String? {
            guard let raw, let text = PQresultErrorField(raw, Int32(code)) else { return nil }
            return String(cString: text)
        }
        let state = field(PQX_SQLSTATE)
        let message = field(PQX_MESSAGE) ?? String(cString: PQerrorMessage(connection))
        var code = state.map { PostgresError.Code(sqlState: $0, function: field(PQX_FUNCTION)) } ?? .statement
        if PQstatus(connection) != CONNECTION_OK, code == .statement { code = .connectionLost }
        throw PostgresError(
            code, message, sqlState: state, constraint: field(PQX_CONSTRAINT), statement: statement)
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
