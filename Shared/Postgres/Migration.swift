/// One change of a schema. Never edited once released.
public struct Migration: Sendable {
    /// Sorts in the order of application, such as `V0001_create_runs`.
    public var name: String
    /// The statements.
    public var sql: String

    /// A change by its name and statements.
    public init(name: String, sql: String) { (self.name, self.sql) = (name, sql) }

    /// A change from a file embedded in the program (`PackageResources.V0001_create_runs_sql`).
    public init(resource name: String, _ bytes: [UInt8]) {
        (self.name, sql) = (name, String(decoding: bytes, as: UTF8.self))
    }
}
