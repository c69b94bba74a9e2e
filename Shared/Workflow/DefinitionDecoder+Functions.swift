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
        let qualified = Self.qualified(name)
        if let function = catalogue.function(qualified) {
            let pointer = JSONPointer(["use", "catalogs", qualified])
            decode(function, at: pointer, qualified)
            return called(pointer.description, node)
        }
        if OutsideName.isOutside(name) { return outside(name, node, body) }
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

    /// What to do about a part of a definition that stands elsewhere.
    static func bundling(_ endpoint: Node?) -> String {
        endpoint.map { OutsideDocument.address($0) == nil } ?? false
            ? "put it into the document: what needs credentials, or is known in an execution only, is not fetched"
            : "cadenza bundle FILE puts it into the document, as do cadenza register, run, lint and simulate"
    }

    /// A function that stands elsewhere: not to be had here, as nothing is fetched for a definition that is registered.
    private mutating func outside(_ name: String, _ node: Node, _ body: Node) -> TaskAction {
        switch OutsideName(name) {
        case .address: refuse(body, feature: "a function by URL", hint: Self.bundling(nil))
        case .catalogued(_, _, let catalogue):
            let known = use?["catalogs"]?.value.object?.keys ?? []
            if known.contains(catalogue) {
                refuse(
                    body, feature: "a function of the catalogue \(catalogue)",
                    hint: Self.bundling(use?["catalogs"]?[catalogue]?["endpoint"]))
            } else {
                fail(
                    body, expected: "a catalogue that stands in use.catalogs, or default",
                    hint: Advice.spelling(of: catalogue, among: known + ["default"]))
            }
        case nil: fail(body, expected: "a function such as log:1.0.0@\(name.split(separator: "@").last ?? "")")
        }
        return called(JSONPointer(["use", "catalogs", name]).description, node)
    }

    private mutating func called(_ pointer: String, _ node: Node) -> TaskAction {
        .function(pointer: pointer, arguments: arguments(node))
    }

    private mutating func arguments(_ node: Node, extra: [String] = []) -> Template {
        guard let with = node["with"] else { return .constant(.object([:])) }
        if with.value.object == nil { fail(with, expected: "an object") }
        return template(with, extra: extra)
    }

    /// The name by which a catalogue knows what a call names.
    static func qualified(_ name: String) -> String {
        OutsideName.isOutside(name) || name.contains("@") ? name : name + "@default"
    }

    /// Whether the arguments of the function stay with the worker. Those of others go on to further services.
    static func isAgents(_ function: String) -> Bool {
        let name = function.prefix { $0 != ":" }
        return name != function && (name == "agent" || name == "llm")
    }

    /// `name:version`, or `name:version@default`, of what comes with the runtime.
    private mutating func builtIn(_ name: String, _ body: Node) -> String? {
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let named = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard named.count == 2, let function = named.first.map(String.init) else {
            fail(body, expected: "http, a name in use.functions, or a function such as agent:1.0.0@default")
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
        for (name, function) in node.members where OutsideName(name) == nil { _ = task(name, function, 0, []) }
        let foreign = node.members.filter { OutsideName($0.key) != nil }
        guard let use, !foreign.isEmpty else { return }
        let functions = JSON.object(JSONObject(foreign.map { ($0.key, $0.node.value) }))
        apart(Node(value: ["functions": functions], pointer: use.pointer)) { decoder in
            for (name, function) in foreign { _ = decoder.task(name, function, 0, []) }
        }
    }

    /// Decodes what comes from elsewhere: of the document that calls it, it sees no more than `visible`.
    private mutating func apart(_ visible: Node?, _ decode: (inout DefinitionDecoder) -> Void) {
        let kept = (use, scope, isExtending, isApart)
        (use, scope, isExtending, isApart) = (visible, [], true, true)
        decode(&self)
        (use, scope, isExtending, isApart) = kept
    }

    /// A function from elsewhere: it sees nothing of the document that calls it.
    private mutating func decode(_ function: JSON, at pointer: JSONPointer, _ name: String) {
        guard catalogued.insert(name).inserted else { return }
        apart(nil) { decoder in _ = decoder.task(name, Node(value: function, pointer: pointer), 0, []) }
    }
}
