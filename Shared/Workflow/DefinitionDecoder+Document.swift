import Core
import Expressions

extension DefinitionDecoder {
    /// The decoded document; nil when a part without which there is nothing to run is missing.
    mutating func decode(_ document: JSON) -> Parts? {
        let root = Node(value: document, pointer: JSONPointer())
        guard document.object != nil else {
            fail(root, expected: "an object with document and do")
            return nil
        }
        guard Self.depth(document, atMost: Self.deepest) else {
            fail(root.pointer, found: "a document deeper than \(Self.deepest) levels", expected: "a flatter one")
            return nil
        }
        for list in TaskOutline.allLists(root) {
            for entry in TaskOutline.entries(list) { places[entry.name] = entry.node.pointer }
        }
        requireKeys(root, ["document", "input", "use", "do", "timeout", "output", "schedule", "evaluate"])
        let reference = required(root, "document", "an object with dsl, namespace, name and version").flatMap {
            head($0)
        }
        root["evaluate"].map { evaluate($0) }
        root["use"].map { reusables($0) }
        let schedule = root["schedule"].flatMap { self.schedule($0) }
        let input = root["input"].map { stage($0, transform: "from") } ?? .none
        let output = root["output"].map { stage($0, transform: "as", extra: ["output"]) } ?? .none
        let limit = root["timeout"].flatMap { timeout($0) }
        guard let list = required(root, "do", "a list of tasks") else { return nil }
        let body = tasks(list)
        lint(root)
        guard let reference else { return nil }
        return Parts(reference: reference, input: input, output: output, timeout: limit, schedule: schedule, body: body)
    }

    private static func depth(_ value: JSON, atMost left: Int) -> Bool {
        guard left > 0 else { return false }
        switch value {
        case .array(let elements): return elements.allSatisfy { depth($0, atMost: left - 1) }
        case .object(let object): return object.values.allSatisfy { depth($0, atMost: left - 1) }
        default: return true
        }
    }

    private mutating func head(_ node: Node) -> DefinitionReference? {
        requireKeys(node, ["dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata"])
        guard node.value.object != nil else { return nil }
        if let dsl = required(node, "dsl", "the version of the DSL, such as '1.0.3'"),
            let version = text(dsl, "a semantic version such as '1.0.3', quoted"),
            !(version.hasPrefix("1.0.") && Self.isSemantic(version))
        {
            fail(.configuration, dsl.pointer, found: Self.shown(dsl.value), expected: "a version 1.0.x")
        }
        for key in ["title", "summary"] { if let member = node[key] { _ = text(member, "a text") } }
        for key in ["tags", "metadata"] {
            if let member = node[key], member.value.object == nil { fail(member, expected: "an object") }
        }
        let namespace = label(node, "namespace")
        let name = label(node, "name")
        var version: String?
        if let member = required(node, "version", "a semantic version such as '1.0.0'") {
            version = text(member, "a semantic version such as '1.0.0', quoted")
            if let found = version, !Self.isSemantic(found) {
                fail(member, expected: "a semantic version such as '1.0.0'")
            }
        }
        guard let namespace, let name, let version else { return nil }
        return DefinitionReference(namespace: namespace, name: name, version: version)
    }

    private mutating func label(_ node: Node, _ key: String) -> String? {
        let expected = "a DNS label: 1 to 63 letters, digits and inner hyphens"
        guard let member = required(node, key, expected), let text = text(member, expected) else { return nil }
        let isLabel =
            (1...63).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.last != UInt8(ascii: "-")
            && text.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        if !isLabel { fail(member, expected: expected) }
        return text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Semantic Versioning 2.0.
    static func isSemantic(_ text: String) -> Bool {
        let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        func isNumber(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } && (part == "0" || part.first != "0")
        }
        func areIdentifiers(_ part: Substring, strict: Bool) -> Bool {
            part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { piece in
                let isNumeric = piece.utf8.allSatisfy { (48...57).contains($0) }
                return !piece.isEmpty && piece.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
                    && (!strict || !isNumeric || isNumber(piece))
            }
        }
        return numbers.count == 3 && numbers.allSatisfy(isNumber)
            && (parts.count == 1 || areIdentifiers(parts[1], strict: true))
            && (build.count == 1 || areIdentifiers(build[1], strict: false))
    }

    private mutating func evaluate(_ node: Node) {
        requireKeys(node, ["language", "mode"])
        if let language = node["language"], let name = text(language, "jq"), name != "jq" {
            refuse(language, feature: "another language than jq")
        }
        if let mode = node["mode"], mode.value != "strict" {
            if mode.value == "loose" {
                refuse(mode, feature: "loose expressions")
            } else {
                fail(mode, expected: "strict or loose")
            }
        }
    }

    private mutating func reusables(_ node: Node) {
        requireKeys(
            node,
            ["authentications", "catalogs", "errors", "extensions", "functions", "retries", "secrets", "timeouts"])
        use = node
        node["extensions"].map { decodeExtensions($0) }
        node["functions"].map { decodeFunctions($0) }
        for (key, member) in node.members {
            switch key {
            case "authentications":
                if member.value.object == nil { fail(member, expected: "an object of ways to authenticate") }
                for (_, policy) in member.members { self.policy(policy) }
            case "secrets": secrets(member)
            case "catalogs": check(member, .map(.record(["endpoint": .endpoint], required: ["endpoint"])))
            case "errors": for (_, error) in member.members { _ = self.error(error) }
            case "retries": for (_, policy) in member.members { _ = retry(policy) }
            case "timeouts": for (_, limit) in member.members { _ = timeout(limit) }
            default: break
            }
        }
    }
}
