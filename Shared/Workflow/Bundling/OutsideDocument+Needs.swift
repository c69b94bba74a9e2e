import Core

extension OutsideDocument {
    typealias Node = DefinitionDecoder.Node

    /// Which documents from elsewhere a definition refers to and does not hold yet, in the order of the document.
    static func needs(of document: JSON) -> [OutsideDocument] {
        let root = Node(value: document, pointer: JSONPointer())
        var needs: [OutsideDocument] = []
        for task in TaskOutline.allTasks(root) {
            if let need = function(task, root) { needs.append(need) }
            needs += schemas(of: task, root)
        }
        needs += schemas(of: root, root)
        var seen: Set<JSONPointer> = []
        return needs.filter { seen.insert($0.place).inserted }
    }

    private static func function(_ task: Node, _ root: Node) -> OutsideDocument? {
        guard let call = task["call"], let name = call.value.string, let outside = OutsideName(name),
            root["use"]?["functions"]?[name] == nil
        else { return nil }
        let origin = origin(of: task, root)
        let url: String
        switch outside {
        case .address(let address): url = address
        case .catalogued(let name, let version, let catalogue):
            // A function from elsewhere knows no catalogues of the document that calls it.
            guard origin == nil, let base = root["use"]?["catalogs"]?[catalogue]?["endpoint"].flatMap(address)
            else { return nil }
            url =
                raw(base.hasSuffix("/") ? String(base.dropLast()) : base)
                + "/functions/\(name)/\(version)/function.yaml"
        }
        return OutsideDocument(
            url: url, use: .function(name: name), pointer: call.pointer,
            place: JSONPointer(["use", "functions", name]), asking: origin)
    }

    private static func schemas(of task: Node, _ root: Node) -> [OutsideDocument] {
        let iterations = [task["foreach"], task["with"]?["subscription"]?["foreach"]].compactMap { $0 }
        return ([task] + iterations).flatMap { part in
            ["input", "output", "export"].compactMap { stage in
                guard let schema = part[stage]?["schema"], let resource = schema["resource"],
                    schema["document"] == nil, let url = resource["endpoint"].flatMap(address)
                else { return nil }
                return OutsideDocument(
                    url: url, use: .schema, pointer: resource.pointer, place: schema.pointer,
                    asking: origin(of: part, root))
            }
        }
    }

    /// Refuses files that a document from the network asks for. Which hosts it may ask for is decided by whoever
    /// fetches.
    private init?(url: String, use: Use, pointer: JSONPointer, place: JSONPointer, asking origin: String?) {
        let url = Self.raw(url)
        let isLocal = url.hasPrefix("file:")
        guard isLocal || url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
        if isLocal, let origin, !origin.hasPrefix("file:") { return nil }
        let asker = origin.flatMap { $0.hasPrefix("file:") ? nil : Self.raw($0) }
        self.init(url: url, use: use, pointer: pointer, place: place, asker: asker)
    }

    /// Where the function from elsewhere stood that the part belongs to; nil when the document's author wrote it.
    private static func origin(of part: Node, _ root: Node) -> String? {
        let tokens = part.pointer.tokens
        guard tokens.count >= 3, tokens[0] == "use", tokens[1] == "functions", let name = OutsideName(tokens[2]) else {
            return nil
        }
        switch name {
        case .address(let address): return address
        case .catalogued(_, _, let catalogue):
            return root["use"]?["catalogs"]?[catalogue]?["endpoint"].flatMap(address) ?? tokens[2]
        }
    }

    /// A URL that is known now and asks for no credentials.
    static func address(_ endpoint: Node) -> String? {
        let uri = endpoint.value.string ?? (endpoint["authentication"] == nil ? endpoint["uri"]?.value.string : nil)
        return uri.flatMap { DefinitionDecoder.inner($0) == nil && !$0.contains("{") ? $0 : nil }
    }

    /// Where the file itself is of which GitHub or GitLab show a page.
    static func raw(_ url: String) -> String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 7, parts[0] == "https:" else { return url }
        if parts[2] == "github.com", ["blob", "tree", "raw"].contains(parts[5]) {
            return (["https:", "", "raw.githubusercontent.com", parts[3], parts[4]] + parts[6...])
                .joined(separator: "/")
        }
        if let dash = parts.firstIndex(of: "-"), dash + 1 < parts.count, ["blob", "tree"].contains(parts[dash + 1]),
            parts[2].hasPrefix("gitlab.")
        {
            var raw = parts
            raw[dash + 1] = "raw"
            return raw.joined(separator: "/")
        }
        return url
    }
}
