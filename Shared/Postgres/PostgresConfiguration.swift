/// How to reach the database and how to behave there.
public struct PostgresConfiguration: Sendable {
    /// `postgres://user:password@host:port/database?sslmode=…`, as libpq reads it.
    public var url: String
    /// How many connections the pool opens at most. Each has a thread of its own.
    public var maximum: Int
    /// The server stops a statement after this time.
    public var statementTimeout: Duration
    /// The server ends a session that sits in an open transaction this long: a stalled process holds no locks for ever.
    public var idleInTransactionTimeout: Duration
    /// How long opening a connection may take, whole seconds.
    public var connectTimeout: Duration
    /// The schemas in which names are looked up; empty leaves the role's own setting.
    public var searchPath: [String]
    /// What the server shows as `application_name`.
    public var applicationName: String

    /// How the server plans statements.
    public var plans: Plans = .byStatistics

    /// How the server plans statements.
    public enum Plans: Sendable {
        /// As it sees fit: by what it knows of the tables and by the values.
        case byStatistics
        /// Once for all values and by index where there is one: for statements by key on tables that fill and empty
        /// faster than their statistics follow.
        case byIndex
    }

    /// By default: 8 connections, 30 s a statement, 60 s idle in a transaction, 5 s to connect.
    public init(
        url: String, maximum: Int = 8, statementTimeout: Duration = .seconds(30),
        idleInTransactionTimeout: Duration = .seconds(60), connectTimeout: Duration = .seconds(5),
        searchPath: [String] = [], applicationName: String = "cadenza"
    ) {
        precondition(maximum > 0, "a pool needs a connection")
        (self.url, self.maximum, self.statementTimeout) = (url, maximum, statementTimeout)
        (self.idleInTransactionTimeout, self.connectTimeout) = (idleInTransactionTimeout, connectTimeout)
        (self.searchPath, self.applicationName) = (searchPath, applicationName)
    }
}
