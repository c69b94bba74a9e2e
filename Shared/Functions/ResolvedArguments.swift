public import Core

/// Arguments that are complete, for functions that run elsewhere than in the table.
public struct ResolvedArguments: Sendable {
    /// With what was deferred in its places.
    public let arguments: JSON
    private let context: FunctionContext

    /// The value with a mask in place of each secret in its texts: what is stored and told of it.
    public func redacted(_ value: JSON) -> JSON { context.secrets.redacted(value) }

    init(_ arguments: JSON, _ context: FunctionContext) { (self.arguments, self.context) = (arguments, context) }
}

extension FunctionTable {
    /// Evaluates what was deferred of the arguments of `function`. Throws an `authorization` fault when a secret is
    /// missing, an `expression` fault when an expression fails.
    public func resolve(
        _ function: String, _ arguments: JSON, _ context: FunctionContext
    ) async throws(FunctionError) -> ResolvedArguments {
        let (complete, known) = try await evaluated(function, arguments, context)
        return ResolvedArguments(complete, known)
    }
}
