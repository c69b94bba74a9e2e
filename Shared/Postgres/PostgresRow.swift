public import Core

/// One row of a result. Columns are read by name and type; a wrong name, a wrong type and an unexpected NULL throw.
public struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int32

    /// The row of this number.
    package init(result: PostgresResult, index: Int32) { (self.result, self.index) = (result, index) }

    /// The names of the columns in their order.
    public var columns: [String] { result.names }

    /// Text: `text`, `varchar`, `uuid`, `json`, `jsonb`, enumerations, numbers.
    public func string(_ column: String) throws(PostgresError) -> String {
        try cell(column).string()
    }

    /// Text or NULL.
    public func optionalString(_ column: String) throws(PostgresError) -> String? {
        try optionalCell(column)?.string()
    }

    /// A whole number of any width, also a whole `numeric`.
    public func int(_ column: String) throws(PostgresError) -> Int { Int(try cell(column).integer()) }

    /// A whole number or NULL.
    public func optionalInt(_ column: String) throws(PostgresError) -> Int? {
        try optionalInt64(column).map { Int($0) }
    }

    /// A whole number of any width, also a whole `numeric`.
    public func int64(_ column: String) throws(PostgresError) -> Int64 { try cell(column).integer() }

    /// A whole number or NULL.
    public func optionalInt64(_ column: String) throws(PostgresError) -> Int64? {
        try optionalCell(column)?.integer()
    }

    /// A whole number that fits 32 bits.
    public func int32(_ column: String) throws(PostgresError) -> Int32 { try cell(column).integer32() }

    /// A whole number that fits 32 bits, or NULL.
    public func optionalInt32(_ column: String) throws(PostgresError) -> Int32? {
        try optionalCell(column)?.integer32()
    }

    /// `boolean`
    public func bool(_ column: String) throws(PostgresError) -> Bool { try cell(column).bool() }

    /// `boolean` or NULL.
    public func optionalBool(_ column: String) throws(PostgresError) -> Bool? {
        try optionalCell(column)?.bool()
    }

    /// Any number as a double.
    public func double(_ column: String) throws(PostgresError) -> Double { try cell(column).double() }

    /// Any number as a double, or NULL.
    public func optionalDouble(_ column: String) throws(PostgresError) -> Double? {
        try optionalCell(column)?.double()
    }

    /// `bytea`, or the bytes of a text or JSON value.
    public func bytes(_ column: String) throws(PostgresError) -> [UInt8] { try cell(column).byteString() }

    /// `bytea` or NULL.
    public func optionalBytes(_ column: String) throws(PostgresError) -> [UInt8]? {
        try optionalCell(column)?.byteString()
    }

    /// `timestamptz`; a `timestamp` is taken as UTC.
    public func instant(_ column: String) throws(PostgresError) -> Instant { try cell(column).instant() }

    /// `timestamptz` or NULL.
    public func optionalInstant(_ column: String) throws(PostgresError) -> Instant? {
        try optionalCell(column)?.instant()
    }

    /// `jsonb` or `json`; a JSON `null` is `JSON.null`.
    public func json(_ column: String) throws(PostgresError) -> JSON { try cell(column).json() }

    /// `jsonb`, `json` or NULL.
    public func optionalJSON(_ column: String) throws(PostgresError) -> JSON? {
        try optionalCell(column)?.json()
    }

    /// An array of text.
    public func strings(_ column: String) throws(PostgresError) -> [String] {
        try cell(column).elements { element throws(PostgresError) in try element.string() }
    }

    /// An array of whole numbers.
    public func int64s(_ column: String) throws(PostgresError) -> [Int64] {
        try cell(column).elements { element throws(PostgresError) in try element.integer() }
    }

    /// An array of numbers.
    public func doubles(_ column: String) throws(PostgresError) -> [Double] {
        try cell(column).elements { element throws(PostgresError) in try element.double() }
    }

    /// An array of byte strings.
    public func byteStrings(_ column: String) throws(PostgresError) -> [[UInt8]] {
        try cell(column).elements { element throws(PostgresError) in try element.byteString() }
    }

    private func cell(_ column: String) throws(PostgresError) -> PostgresCell {
        guard let cell = try optionalCell(column) else {
            throw PostgresError(.decoding, "column \(column) is NULL")
        }
        return cell
    }

    private func optionalCell(_ column: String) throws(PostgresError) -> PostgresCell? {
        guard let position = result.names.firstIndex(of: column) else {
            throw PostgresError(.decoding, "no column \(column) among \(result.names)")
        }
        guard let bytes = result.bytes(index, Int32(position)) else { return nil }
        return PostgresCell(type: result.types[position], bytes: bytes, column: column, owner: result)
    }
}
