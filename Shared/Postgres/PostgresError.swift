public import Core

/// What went wrong between this process and the database. Compare and switch on `code`, never on text.
public struct PostgresError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: String, Sendable, Hashable {
        /// The server could not be reached or refused the connection.
        case unavailable
        /// The connection broke under a statement; whether it took effect is not known.
        case connectionLost
        /// The server is shutting down or starting.
        case shuttingDown
        /// Concurrent transactions could not be ordered.
        case serializationFailure
        /// Two transactions waited for each other.
        case deadlock
        /// A lock was not to be had in time.
        case lockNotAvailable
        /// The statement ran longer than allowed.
        case timeout
        /// The server lacks memory, disk or connections.
        case insufficientResources
        /// The server takes no writes: it is a standby.
        case readOnly
        /// The plan of a prepared statement went stale; the next try makes a new one.
        case stalePlan
        /// A unique constraint was violated.
        case uniqueViolation
        /// A foreign key was violated.
        case foreignKeyViolation
        /// A check constraint was violated.
        case checkViolation
        /// A NULL stands where none may.
        case notNullViolation
        /// The statement itself is wrong, or anything else that a retry does not mend.
        case statement
        /// A transaction that had failed was to be committed.
        case aborted
        /// A column is missing or its value does not have the type asked for.
        case decoding
        /// The pool or the connection is closed.
        case closed
        /// Migrations and the database's own record of them do not agree.
        case migration
        /// The connection URL is malformed.
        case configuration
    }

    /// What kind of failure it is.
    public var code: Code
    /// The server's five-character code, if it gave one.
    public var sqlState: String?
    /// The constraint that was violated.
    public var constraint: String?
    /// The server's or our own sentence. May show row data: for debugging only.
    public var message: String
    /// The statement's text with placeholders, if there was one.
    public var statement: String?

    package init(
        _ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil, statement: String? = nil
    ) {
        (self.code, self.message, self.sqlState) = (code, message, sqlState)
        (self.constraint, self.statement) = (constraint, statement)
    }

    /// Whether the same work, begun anew, may succeed.
    public var isRetriable: Bool {
        switch code {
        case .unavailable, .connectionLost, .shuttingDown, .serializationFailure, .deadlock, .lockNotAvailable,
            .timeout,
            .insufficientResources, .readOnly, .stalePlan:
            true
        case .uniqueViolation, .foreignKeyViolation, .checkViolation, .notNullViolation, .statement, .aborted,
            .decoding,
            .closed, .migration, .configuration:
            false
        }
    }

    /// The code of the page that tells an operator what to do.
    public var errorCode: ErrorCode {
        switch code {
        case .unavailable, .configuration: "PG0001"
        case .connectionLost, .shuttingDown, .readOnly: "PG0002"
        case .insufficientResources: "PG0003"
        case .timeout, .lockNotAvailable, .deadlock, .serializationFailure: "PG0004"
        case .migration: "PG0005"
        case .uniqueViolation, .foreignKeyViolation, .checkViolation, .notNullViolation, .statement, .aborted,
            .decoding,
            .stalePlan, .closed:
            "PG0006"
        }
    }

    /// Every code that `errorCode` can give.
    public static let errorCodes: [ErrorCode] = ["PG0001", "PG0002", "PG0003", "PG0004", "PG0005", "PG0006"]
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, SQL state and constraint; never row data, values or the statement.
    public var description: String {
        var out = "\(errorCode) postgres \(code.rawValue)"
        if let sqlState { out += " (\(sqlState))" }
        if let constraint { out += " on \(constraint)" }
        if code == .migration { out += ": \(message)" }
        return out
    }

    /// Everything, row data included.
    public var debugDescription: String {
        description + ": \(message)" + (statement.map { " in: \($0)" } ?? "")
    }
}

extension PostgresError.Code {
    /// The kind of failure that the server's code stands for; `function` is where in the server it was raised.
    package init(sqlState: String, function: String?) {
        switch sqlState {
        case "40001": self = .serializationFailure
        case "40P01": self = .deadlock
        case "55P03": self = .lockNotAvailable
        case "57014": self = .timeout
        case "57P01", "57P02", "57P03", "57P05": self = .shuttingDown
        case "25006": self = .readOnly
        case "25P02": self = .aborted
        case "25P03", "25P04": self = .connectionLost
        case "26000": self = .stalePlan
        case "0A000" where function == "RevalidateCachedQuery": self = .stalePlan
        case "23505": self = .uniqueViolation
        case "23503": self = .foreignKeyViolation
        case "23514": self = .checkViolation
        case "23502": self = .notNullViolation
        default:
            switch sqlState.prefix(2) {
            case "08": self = .connectionLost
            case "53", "58": self = .insufficientResources
            default: self = .statement
            }
        }
    }
}
