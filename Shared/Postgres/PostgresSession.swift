/// An open session with a server, as a connection uses it: libpq's, or a simulated one. Calls block and are serialised.
package protocol PostgresSession: AnyObject, Sendable {
    /// Whether the session still stands, asked without waiting.
    var isAlive: Bool { get }
    /// Whether the server sees no open transaction here.
    var isIdle: Bool { get }
    /// libpq's handle to cancel with, for another thread; nil where nothing ever runs long.
    func makeCancelHandle() -> OpaquePointer?
    /// Runs text that may hold several statements, without binds.
    func run(_ script: String) throws(PostgresError) -> PostgresResult
    /// Runs one statement with its values.
    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult
}

extension PostgresLink: PostgresSession {}
