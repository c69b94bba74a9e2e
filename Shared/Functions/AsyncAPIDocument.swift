import Core

/// An AsyncAPI document, version 2 or 3: what a call needs of it.
struct AsyncAPIDocument: Sendable {
    /// A server to talk to.
    struct Server: Sendable, Hashable {
        /// `kafka`, `kafka-secure`, `http` or `https`.
        var protocolName: String
        /// Without a scheme: `host:port` and, for HTTP, a path.
        var address: String
        /// The mechanism of SASL that it asks for.
        var mechanism = "PLAIN"
    }

    /// Where to, on which topic or path, and how.
    struct Target: Sendable, Hashable {
        var server: Server
        var address: String
        /// Of the operation's HTTP binding, if it names one.
        var method: String?
    }

    private static let spoken = ["kafka", "kafka-secure", "http", "https"]
    private let document: ServiceDocument
    private let isVersion2: Bool

    init(_ document: ServiceDocument) throws(FunctionError) {
        self.document = document
        let version = document.root["asyncapi"]?.string ?? ""
        guard version.hasPrefix("2.") || version.hasPrefix("3.") else {
            throw ServiceDocument.bad("the document is neither AsyncAPI 2 nor 3")
        }
        isVersion2 = version.hasPrefix("2.")
    }

    /// What the arguments of a call name.
    func target(_ arguments: JSON) throws(FunctionError) -> Target {
        let (name, channel, operation) = try self.channel(arguments)
        var address = isVersion2 ? name : channel["address"]?.string ?? ""
        let server = try self.server(arguments, channel)
        if server.protocolName.hasPrefix("kafka"), let topic = channel["bindings"]?["kafka"]?["topic"]?.string {
            address = topic
        }
        guard !address.isEmpty, !address.contains("{") else {
            throw ServiceDocument.bad("the channel's address has parameters, or there is none")
        }
        var target = Target(server: server, address: address)
        if let method = try document.resolved(operation?["bindings"])?["http"]?["method"]?.string {
            target.method = method.uppercased()
        }
        return target
    }

    private func channel(_ arguments: JSON) throws(FunctionError) -> (name: String, channel: JSON, operation: JSON?) {
        if isVersion2 {
            guard let name = arguments["channel"]?.string else {
                throw .bad("channel", "the name of a channel, as the document is AsyncAPI 2", arguments["channel"])
            }
            let channels = document.root["channels"]
            // The slash in front is a matter of taste in documents.
            let found = [name, "/" + name, String(name.drop { $0 == "/" })].first { channels?[$0] != nil }
            guard let found, let channel = try document.resolved(channels?[found]) else {
                throw ServiceDocument.bad("the document has no channel \(name.prefix(80))")
            }
            return (found, channel, channel[arguments["message"] == nil ? "subscribe" : "publish"])
        }
        guard let name = arguments["operation"]?.string else {
            throw .bad("operation", "the name of an operation, as the document is AsyncAPI 3", arguments["operation"])
        }
        guard let operation = try document.resolved(document.root["operations"]?[name]) else {
            throw ServiceDocument.bad("the document has no operation \(name.prefix(80))")
        }
        guard let channel = try document.resolved(operation["channel"]) else {
            throw ServiceDocument.bad("the operation has no channel")
        }
        return (ServiceDocument.name(ofReference: operation["channel"]) ?? name, channel, operation)
    }

    private func server(_ arguments: JSON, _ channel: JSON) throws(FunctionError) -> Server {
        let given = arguments["server"]?["variables"]?.object ?? [:]
        if let name = arguments["server"]?["name"]?.string {
            guard let server = try document.resolved(document.root["servers"]?[name]) else {
                throw ServiceDocument.bad("the document has no server \(name.prefix(80))")
            }
            return try read(server, given)
        }
        var candidates: [JSON] = []
        for one in channel["servers"]?.array ?? [] {
            let server = one.string.flatMap { document.root["servers"]?[$0] } ?? one
            if let server = try document.resolved(server) { candidates.append(server) }
        }
        if candidates.isEmpty {
            for (_, one) in document.root["servers"]?.object ?? [:] {
                if let server = try document.resolved(one) { candidates.append(server) }
            }
        }
        let wanted = arguments["protocol"]?.string
        let matching = candidates.first { server in
            guard let spoken = server["protocol"]?.string?.lowercased() else { return false }
            return wanted.map { spoken == $0 || spoken == $0 + "-secure" || spoken == $0 + "s" }
                ?? Self.spoken.contains(spoken)
        }
        guard let server = matching ?? candidates.first else {
            throw ServiceDocument.bad("the document names no server for the channel")
        }
        return try read(server, given)
    }

    private func read(_ server: JSON, _ given: JSONObject) throws(FunctionError) -> Server {
        let spoken = server["protocol"]?.string?.lowercased() ?? ""
        guard Self.spoken.contains(spoken) else {
            throw .nothing(
                .configuration, .switchedOff, "servers of the protocol \(spoken.prefix(20)) cannot be called")
        }
        var address = server["url"]?.string ?? (server["host"]?.string ?? "") + (server["pathname"]?.string ?? "")
        for (name, variable) in server["variables"]?.object ?? [:] {
            let described = try document.resolved(variable)
            let value = given[name]?.string ?? described?["default"]?.string
            guard let value else { throw .bad("server/variables/\(name)", "a value, as it has no default") }
            if let allowed = described?["enum"]?.array, !allowed.contains(.string(value)) {
                throw .bad("server/variables/\(name)", "one of the document's values")
            }
            address = address.replacing("{\(name)}", with: value)
        }
        if let scheme = address.firstRange(of: "://") { address = String(address[scheme.upperBound...]) }
        guard !address.isEmpty, !address.contains("{") else {
            throw ServiceDocument.bad("the server's address is incomplete")
        }
        return Server(protocolName: spoken, address: address, mechanism: try mechanism(server))
    }

    private func mechanism(_ server: JSON) throws(FunctionError) -> String {
        for one in server["security"]?.array ?? [] {
            var scheme = try document.resolved(one)
            if isVersion2, let name = one.object?.keys.first {
                scheme = try document.resolved(document.root["components"]?["securitySchemes"]?[name])
            }
            switch scheme?["type"]?.string {
            case "scramSha256": return "SCRAM-SHA-256"
            case "scramSha512": return "SCRAM-SHA-512"
            default: continue
            }
        }
        return "PLAIN"
    }
}
