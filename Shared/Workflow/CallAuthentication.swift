public import Core

/// Where in its arguments a call of the language says how it shows who makes it.
public enum CallAuthentication {
    private static let places: [String: [[String]]] = [
        "http": [["endpoint", "authentication"]], "openapi": [["authentication"]], "asyncapi": [["authentication"]],
        "mcp": [["transport", "http", "endpoint", "authentication"]],
        "a2a": [["server", "authentication"], ["agentCard", "endpoint", "authentication"]],
    ]

    /// The path of the policy; nil when there is none.
    public static func place(_ function: String, _ arguments: JSON) -> [String]? {
        places[function]?.first { policy(arguments, $0) != nil }
    }

    /// What stands at the path.
    public static func policy(_ arguments: JSON, _ place: [String]) -> JSON? {
        var value: JSON? = arguments
        for key in place { value = value?[key] }
        return value.flatMap { $0.isNull ? nil : $0 }
    }
}
