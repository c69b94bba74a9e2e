public import Core

/// Work that is known but not begun.
public struct PreparedCall: Sendable {
    /// What doing it twice does.
    public enum Effect: Sendable, Hashable {
        /// Nothing: it only reads.
        case reads
        /// No more than doing it once: by its nature, or by the key it carries.
        case idempotent
        /// It happens twice.
        case irreversible
    }

    /// What doing it twice does.
    public let effect: Effect
    private let body: @Sendable () async throws(FunctionError) -> JSON

    /// Work that `body` does.
    public init(_ effect: Effect, _ body: @escaping @Sendable () async throws(FunctionError) -> JSON) {
        (self.effect, self.body) = (effect, body)
    }

    /// Does it once, and gives the output. Cancelling the task breaks it off.
    public func run() async throws(FunctionError) -> JSON { try await body() }
}
