public import Core

/// What a `call` or `run` does outside of the engine.
public protocol Function: Sendable {
    /// As the engine names it: `http`, `openapi`, `mcp` …
    var name: String { get }

    /// Reads the evaluated arguments and fetches what is needed to know the work: documents, tokens. Changes nothing
    /// outside. Throws when the arguments do not fit, or when something needed cannot be had.
    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall
}

extension Function {
    /// Prepares and runs it.
    public func run(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> JSON {
        try await prepare(arguments, context).run()
    }
}
