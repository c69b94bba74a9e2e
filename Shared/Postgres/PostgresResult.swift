import CPostgres

/// The rows that a statement gave, as libpq holds them or as a simulation made them.
///
/// Unchecked because a finished result never changes, and reading one from several threads is allowed.
package final class PostgresResult: @unchecked Sendable {
    /// Names of the columns.
    package let names: [String]
    /// Their types' object ids.
    package let types: [UInt32]
    private let pointer: OpaquePointer?
    private let values: PostgresValues?

    /// Takes libpq's result over; it is freed with this object.
    init(_ pointer: OpaquePointer) {
        (self.pointer, values) = (pointer, nil)
        let columns = PQnfields(pointer)
        names = (0..<columns).map { String(cString: PQfname(pointer, $0)) }
        types = (0..<columns).map { PQftype(pointer, $0) }
    }

    /// A result of `rows`, whose cells are in the server's binary form; nil is NULL.
    package init(names: [String], types: [UInt32], rows: [[[UInt8]?]], affected: Int, command: String) {
        precondition(names.count == types.count && rows.allSatisfy { $0.count == names.count }, "a ragged result")
        (self.names, self.types, pointer) = (names, types, nil)
        values = PostgresValues(rows, affected: affected, command: command)
    }

    deinit { if let pointer { PQclear(pointer) } }

    /// How many rows there are.
    package var count: Int { pointer.map { Int(PQntuples($0)) } ?? values!.count }

    /// Rows that an INSERT, UPDATE, DELETE … touched.
    package var affected: Int { pointer.map { Int(String(cString: PQcmdTuples($0))) ?? 0 } ?? values!.affected }

    /// The command that ran, such as `COMMIT` or `INSERT 0 1`.
    package var command: String { pointer.map { String(cString: PQcmdStatus($0)) } ?? values!.command }

    /// The bytes of a value; nil for NULL. Valid while this object lives.
    package func bytes(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        guard let pointer else { return values!.bytes(Int(row) * names.count + Int(column)) }
        guard PQgetisnull(pointer, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
    }
}
