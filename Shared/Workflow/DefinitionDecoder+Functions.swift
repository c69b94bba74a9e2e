import Core
import Expressions

extension DefinitionDecoder {
    /// Functions of the default catalogue that the engine does itself.
    private static let engines = ["map", "until"]

    /// A call of what is no protocol: a function of the document, of a catalogue, or of this runtime.
    mutating func function(_ name: String, _ node: Node, _ body: Node) -> TaskAction? {
        if use?["functions"]?[name] != nil {
            return called(JSONPointer(["use", "functions", name]).description, node)
        }
        let qualified = name.contains("@") || name.contains("://") ? name : name + "@default"
        if let function = catalogue.function(qualified) {
            let pointer = JSONPointer(["use", "catalogs", qualified])
            decode(function, at: pointer, qualified)
            return called(pointer.description, node)
        }
        guard let function = builtIn(name, body) else { return nil }
        switch function {
        case "map:1.0.0": return map(node, body)
        case "until:1.0.0": return until(node)
        default:
            checkArguments(function, node, body)
            return .call(
                function: function, arguments: arguments(node, extra: Self.isAgents(function) ? Self.visible() : []))
        }
    }

    private mutating func called(_ pointer: String, _ node: Node) -> TaskAction {
        .function(pointer: pointer, arguments: arguments(node))
    }

    private mutating func arguments(_ node: Node, extra: [String] = []) -> Template {
        guard let with = node["with"] else { return .constant(.object([:])) }
        if with.value.object == nil { fail(with, expected: "an object") }
        return template(with, extra: extra)
    }

    /// Whether the arguments of the function stay with the worker. Those of others go on to further services.
    static func isAgents(_ function: String) -> Bool {
        let name = function.prefix { $0 != ":" }
        return name != function && (name == "agent" || name == "llm")
    }

    /// `name:version`, or `name:version@default`, of what comes with the runtime.
    private mutating func builtIn(_ name: String, _ body: Node) -> String? {
        if name.contains("://") {
            refuse(body, feature: "functions by URL")
            return nil
        }
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let named = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard named.count == 2, let function = named.first.map(String.init) else {
            fail(body, expected: "http, a name in use.functions, or a function such as agent:1.0.0@default")
            return nil
        }
        if parts.count == 2, parts[1] != "default" {
            refuse(body, feature: "the catalogue \(parts[1])")
            return nil
        }
        let known = Self.builtIn + Self.engines
        guard known.contains(function), named[1] == "1.0.0" else {
            fail(body, expected: "one of \(known.map { $0 + ":1.0.0" }.joined(separator: ", "))")
            return nil
        }
        return "\(function):1.0.0"
    }

    /// `use.functions`: tasks by name.
    mutating func decodeFunctions(_ node: Node) {
        guard node.value.object != nil else { return fail(node, expected: "an object of tasks") }
        for (name, function) in node.members { _ = task(name, function, 0, []) }
    }

    /// A function from elsewhere: it sees nothing of the document that calls it.
    private mutating func decode(_ function: JSON, at pointer: JSONPointer, _ name: String) {
        guard catalogued.insert(name).inserted else { return }
        let kept = (use, scope, isExtending)
        (use, scope, isExtending) = (nil, [], true)
        _ = task(name, Node(value: function, pointer: pointer), 0, [])
        (use, scope, isExtending) = kept
    }
}
