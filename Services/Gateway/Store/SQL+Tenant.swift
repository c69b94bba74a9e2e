import Postgres

extension SQL {
    /// That the row, looked up by its key, is `tenant`'s.
    ///
    /// Written so that no index serves it. While a table is empty, an index that begins with the tenant and ends with the
    /// key looks as cheap as the key's own; a prepared statement keeps that choice until the next ANALYZE, and reads all
    /// entries of the tenant each time.
    static func belongs(to tenant: String) -> SQL { "(tenant = \(tenant)) IS TRUE" }
}
