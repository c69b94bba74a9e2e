/// An open session with a server, as a connection uses it: libpq's, or a simulated one. Calls block and are serialised.
package protocol PostgresSession: AnyObject, Sendable {
    /// Whether the session still stands, asked without waiting.
    var isAlive: Bool { get }
    /// Whether nothing has come from the server that was not asked for.
    var isSilent: Bool { get }
    /// Whether the server sees no open transaction here.
    var isIdle: Bool { get }
    /// libpq's handle to cancel with, for another thread; nil where nothing ever runs long.
    func makeCancelHandle() -> OpaquePointer?
    /// Runs text that may hold several statements, without binds.
    func run(_ script: String) throws(PostgresError) -> PostgresResult
    /// Runs one statement with its values.
    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult
    /// Runs statements, at least one, in their order, and gives the last one's result; `note` gets each one's, with its
    /// place. The first that fails is the last that is run.
    func run(all statements: [SQL], noting note: (Int, PostgresResult) -> Void) throws(PostgresError) -> PostgresResult
}

extension PostgresSession {
    package var isSilent: Bool { true }

    package func run(
        all statements: [SQL], noting note: (Int, PostgresResult) -> Void
    ) throws(PostgresError) -> PostgresResult {
        for place in statements.indices.dropLast() { note(place, try run(statements[place])) }
        let result = try run(statements[statements.count - 1])
        note(statements.count - 1, result)
        return result
    }

    /// Runs statements for their last one's result.
    package func run(all statements: [SQL]) throws(PostgresError) -> PostgresResult {
        try run(all: statements) { _, _ in }
    }
}

extension PostgresLink: PostgresSession {}
