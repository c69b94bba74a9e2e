import CPostgres

/// The rows that a statement gave, as libpq holds them.
///
/// Unchecked because libpq never changes a finished result, and reading one from several threads is allowed.
final class PostgresResult: @unchecked Sendable {
    let pointer: OpaquePointer
    let names: [String]
    let types: [UInt32]

    /// Takes the result over; it is freed with this object.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        let columns = PQnfields(pointer)
        names = (0..<columns).map { String(cString: PQfname(pointer, $0)) }
        types = (0..<columns).map { PQftype(pointer, $0) }
    }

    deinit { PQclear(pointer) }

    var count: Int { Int(PQntuples(pointer)) }

    /// Rows that an INSERT, UPDATE, DELETE … touched.
    var affected: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// The bytes of a value; nil for NULL. Valid while this object lives.
    func bytes(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(pointer, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
    }
}

extension PostgresResult {
    /// The command that ran, such as `COMMIT` or `INSERT 0 1`.
    var command: String { String(cString: PQcmdStatus(pointer)) }
}
