import Core

/// What goes wrong in this service beyond refusals.
enum ApprovalsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A row is not what this version writes.
    case unreadableRow(table: String)

    /// The operator-facing code.
    var code: ErrorCode { "AP0009" }

    /// One sentence; shows no row data.
    var description: String {
        switch self {
        case .unreadableRow(let table): "\(code): a row of \(table) is not what this version writes"
        }
    }
}
