import Core
import Workflow

/// The arguments of `mcp`.
struct MCPCall: Sendable {
    private static let methods = [
        "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/read",
        "resources/templates/list",
    ]

    let method: String
    let parameters: JSON?
    let version: String
    let client: JSON
    let timeout: Duration?
    let transport: JSON

    init(_ arguments: JSON) throws(FunctionError) {
        guard let method = arguments["method"]?.string, Self.methods.contains(method) else {
            throw .bad("method", "one of \(Self.methods.joined(separator: ", "))", arguments["method"])
        }
        self.method = method
        parameters = arguments["parameters"].flatMap(\.present)
        if let parameters, parameters.object == nil { throw .bad("parameters", "an object", parameters) }
        version = arguments["protocolVersion"]?.string ?? "2025-06-18"
        guard MCPSession.versions.contains(version) else {
            throw .bad("protocolVersion", "one of \(MCPSession.versions.joined(separator: ", "))")
        }
        let client = arguments["client"]
        self.client = [
            "name": client?["name"] ?? "cadenza", "version": client?["version"] ?? "1.0.0",
        ]
        if let limit = arguments["timeout"], !limit.isNull {
            guard let duration = DurationTemplate.duration(limit), duration > .zero else {
                throw .bad("timeout", "a duration", limit)
            }
            timeout = duration
        } else {
            timeout = nil
        }
        guard let transport = arguments["transport"], transport.object != nil else {
            throw .bad("transport", "an object with http or stdio", arguments["transport"])
        }
        self.transport = transport
    }

    /// The parameters of `initialize`.
    var greeting: JSON { ["protocolVersion": .string(version), "capabilities": [:], "clientInfo": client] }

    /// A tool may do anything; all else reads.
    var effect: PreparedCall.Effect { method == "tools/call" ? .irreversible : .reads }
}
