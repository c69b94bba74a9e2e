public import Core

/// Why a function gave no output.
public enum FunctionError: Error, Sendable, Hashable {
    /// An error of the execution, and whether the other side may have acted.
    case fault(Fault, Reach)
    /// The task was cancelled; whatever was begun has been broken off.
    case cancelled

    /// How far the work came.
    public enum Reach: Sendable, Hashable {
        /// Nothing was asked for: trying again is safe.
        case nothing
        /// The other side has said no, or its answer is of no use.
        case answered
        /// Nobody knows.
        case unknown
    }

    /// The execution's error; nil for a cancellation.
    public var fault: Fault? { if case .fault(let fault, _) = self { fault } else { nil } }

    static func nothing(_ standard: Fault.Standard, _ code: ErrorCode, _ detail: String) -> FunctionError {
        .fault(Fault(standard, code, detail), .nothing)
    }

    /// The arguments do not fit.
    static func bad(_ member: String, _ expected: String, _ found: JSON? = nil) -> FunctionError {
        let found = found.map { ", found \($0.kind)" } ?? ""
        return .nothing(.validation, .badArguments, "\(member): expected \(expected)\(found)")
    }
}

extension Fault {
    /// A standard error whose detail begins with one of this module's codes.
    init(_ standard: Standard, _ code: ErrorCode, _ detail: String, status: Int? = nil) {
        self.init(standard, status: status, detail: "\(code): \(detail)")
    }
}
