import Core

extension Graph {
    /// What a task does, in a few words.
    static func detail(_ kind: String, _ node: Node) -> String {
        guard let body = node[kind] else { return "" }
        switch kind {
        case "call": return call(body.value.string ?? "", node["with"])
        case "emit": return brief(body["event"]?["with"]?["type"]?.value ?? .null)
        case "for":
            let each = body["each"]?.value.string ?? "item"
            let condition = node["while"].map { " while \(brief($0.value))" } ?? ""
            return "\(each) in \(brief(body["in"]?.value ?? .null))\(condition)"
        case "fork": return body["compete"]?.value == true ? "first wins" : ""
        case "listen": return body["to"].map(events) ?? ""
        case "raise":
            let error = body["error"]?.value ?? .null
            return error.string ?? brief(error["title"] ?? error["type"] ?? .null)
        case "run": return process(body)
        case "set":
            return body.value.object.map { brief(.string($0.keys.joined(separator: ", "))) } ?? brief(body.value)
        case "wait": return brief(body.value)
        default: return ""
        }
    }

    private static func call(_ name: String, _ arguments: Node?) -> String {
        switch name {
        case "http":
            let endpoint = arguments?["endpoint"]
            let uri = endpoint?["uri"]?.value ?? endpoint?.value ?? .null
            return "\((arguments?["method"]?.value.string ?? "").uppercased()) \(brief(uri))"
        case "openapi": return "openapi \(arguments?["operationId"]?.value.string ?? "")"
        case "asyncapi":
            let place = arguments?["operation"] ?? arguments?["channel"]
            return "asyncapi \(place?.value.string ?? "")"
        case "mcp", "a2a": return "\(name) \(arguments?["method"]?.value.string ?? "")"
        default:
            let agent = arguments?["agent"]?["name"]?.value.string.map { " \($0)" } ?? ""
            return brief(.string(name)) + agent
        }
    }

    private static func process(_ body: Node) -> String {
        if let child = body["workflow"] {
            let parts = ["namespace", "name"].compactMap { child[$0]?.value.string }.joined(separator: "/")
            let isAside = body["await"]?.value == false ? ", not awaited" : ""
            return "\(parts):\(child["version"]?.value.string ?? "latest")\(isAside)"
        }
        if let shell = body["shell"]?["command"] { return "shell \(brief(shell.value))" }
        if let script = body["script"]?["language"] { return "script in \(brief(script.value))" }
        return body["container"]?["image"].map { "container \(brief($0.value))" } ?? ""
    }

    /// The events of a strategy.
    static func events(_ strategy: Node) -> String {
        func type(_ filter: Node) -> String { filter["with"]?["type"]?.value.string ?? "event" }
        let until = strategy["until"].map { node in
            node.value.object == nil ? " until \(brief(node.value))" : " until \(events(node))"
        }
        if let one = strategy["one"] { return type(one) }
        for (key, word) in [("any", " or "), ("all", " and ")] {
            guard let list = strategy[key] else { continue }
            let types = list.elements.map(type)
            return (types.isEmpty ? "any event" : types.joined(separator: word)) + (until ?? "")
        }
        return ""
    }

    static func caught(_ clause: Node?) -> String {
        guard let clause else { return "catch" }
        let filter = clause["errors"]?["with"]
        let what =
            filter?["status"].map { brief($0.value) }
            ?? filter?["type"]?.value.string?.split(separator: "/").last.map(String.init)
        let retry = clause["retry"].map { node in
            node.value.string.map { ", retry \($0)" } ?? ", retry"
        }
        return "catch\(what.map { " \($0)" } ?? "")\(retry ?? "")"
    }

    /// A value in at most 48 characters of one line, without the braces around an expression.
    static func brief(_ value: JSON) -> String {
        var text = value.string ?? (value.isNull ? "" : value.text())
        if let inner = DefinitionDecoder.inner(text) { text = inner }
        if let object = value.object, !object.isEmpty, object.values.allSatisfy({ $0.int != nil }) {
            text = object.map { "\($0.value.text()) \($0.key)" }.joined(separator: " ")
        }
        let line = text.split { $0.isWhitespace }.joined(separator: " ")
        return line.count > 48 ? line.prefix(47) + "…" : line
    }
}
