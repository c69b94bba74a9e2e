public import Core

/// Functions that definitions may call and that are written in the DSL themselves: each a task, as in `use.functions`.
/// A version never changes, so what was compiled against one stays right.
public struct FunctionCatalogue: Sendable {
    private var functions: [String: JSON] = [:]

    /// None.
    public init() {}

    /// Adds version `version` of a function; `catalogue` is the name under which definitions know where it stands, and
    /// `default` needs no naming there.
    public mutating func add(_ name: String, version: String, catalogue: String = "default", _ function: JSON) {
        functions["\(name):\(version)@\(catalogue)"] = function
    }

    /// Adds what stands at a URL.
    public mutating func add(url: String, _ function: JSON) { functions[url] = function }

    /// What a call names: `name:version@catalogue`, or a URL.
    public func function(_ name: String) -> JSON? { functions[name] }
}
