import Core

extension DefinitionDecoder {
    /// One of the ways to authenticate, or `use` with the name of one in `use.authentications`.
    mutating func authentication(_ node: Node) {
        guard let object = node.value.object else {
            return fail(node, expected: "an object with one of \(Shape.policies.joined(separator: ", ")), use")
        }
        guard let name = node["use"] else { return policy(node) }
        requireKeys(node, ["use"])
        guard object.count == 1, let text = text(name, "the name of an authentication") else { return }
        used.insert("authentications/\(text)")
        if use?["authentications"]?[text] == nil {
            let known = use?["authentications"]?.value.object?.keys ?? []
            let hint =
                isSecret(text)
                ? "a secret is used inside of the way to authenticate, such as { bearer: { use: \(text) } }"
                : Advice.spelling(of: text, among: known)
            fail(name, expected: "a name that stands in use.authentications", hint: hint)
        }
    }

    /// One of the ways to authenticate.
    mutating func policy(_ node: Node) {
        guard node.value.object != nil else {
            return fail(node, expected: "an object with one of \(Shape.policies.joined(separator: ", "))")
        }
        if let old = node["certificate"] {
            return fail(
                old.pointer, found: "the key \"certificate\"",
                expected: "one of \(Shape.policies.joined(separator: ", "))", hint: "the language dropped it")
        }
        requireKeys(node, Shape.policies)
        guard let (kind, body) = node.members.first(where: { Shape.policies.contains($0.key) }) else {
            return fail(
                node.pointer, found: "no way to authenticate",
                expected: "one of \(Shape.policies.joined(separator: ", "))")
        }
        if let other = node.members.first(where: { $0.key != kind && Shape.policies.contains($0.key) }) {
            fail(other.node.pointer, found: "a second way to authenticate", expected: "one only")
        }
        way(kind, body)
    }

    private mutating func way(_ kind: String, _ body: Node) {
        guard body.value.object != nil else {
            let hint =
                kind == "bearer" && body.value.string != nil
                ? "write { token: … }; the short form of the language's text is not in its schema" : nil
            return fail(body, expected: "the \(kind) authentication's members, or use with a secret", hint: hint)
        }
        if let secret = body["use"] {
            requireKeys(body, ["use"])
            if let name = text(secret, "the name of a secret") { self.secret(name, at: secret) }
            return
        }
        switch kind {
        case "basic", "digest":
            let words = (name: "a user's name", password: "a password")
            check(
                body,
                .record(
                    ["username": .text(words.name), "password": .text(words.password)],
                    required: ["username", "password"]))
        case "bearer": check(body, .record(["token": .text("a token")], required: ["token"]))
        default: tokens(body, kind)
        }
    }

    private mutating func tokens(_ body: Node, _ kind: String) {
        var inner = body.value.object ?? [:]
        if kind == "oauth2", let endpoints = body["endpoints"] {
            check(endpoints, Shape.tokenEndpoints)
            inner["endpoints"] = nil
        }
        check(
            Node(value: .object(inner), pointer: body.pointer),
            .record(Shape.tokens, required: ["authority", "grant"]))
    }

    /// `use.secrets`: names only; the values are the runtime's.
    mutating func secrets(_ node: Node) {
        guard node.value.array != nil else { return fail(node, expected: "an array of names") }
        var seen: Set<String> = []
        for element in node.elements {
            guard let name = text(element, "the name of a secret") else { continue }
            if name.isEmpty { fail(element, expected: "the name of a secret") }
            if !seen.insert(name).inserted {
                fail(element.pointer, found: "the secret \"\(name)\" again", expected: "each secret once")
            }
        }
    }

    func isSecret(_ name: String) -> Bool {
        use?["secrets"]?.value.array?.contains(.string(name)) ?? false
    }

    mutating func secret(_ name: String, at node: Node) {
        used.insert("secrets/\(name)")
        guard !isSecret(name) else { return }
        let known = use?["secrets"]?.value.array?.compactMap(\.string) ?? []
        fail(
            node, expected: "a secret that stands in use.secrets",
            hint: Advice.spelling(of: name, among: known) ?? "add it: use: { secrets: [ \(name) ] }")
    }

    /// The arguments of a call with each `authentication: { use: name }` replaced by what the name stands for, so that
    /// whoever makes the call needs nothing of the document. Secrets stay names.
    func inlined(_ arguments: JSON) -> JSON {
        let places = [
            ["authentication"], ["endpoint", "authentication"], ["document", "endpoint", "authentication"],
            ["server", "authentication"], ["agentCard", "endpoint", "authentication"],
            ["transport", "http", "endpoint", "authentication"], ["source", "endpoint", "authentication"],
            ["service", "authentication"], ["proto", "endpoint", "authentication"],
        ]
        return places.reduce(arguments) { inlined($0, $1[...]) }
    }

    private func inlined(_ value: JSON, _ path: ArraySlice<String>) -> JSON {
        guard let key = path.first else {
            guard let name = value["use"]?.string else { return value }
            return use?["authentications"]?[name]?.value ?? value
        }
        guard var object = value.object, let member = object[key] else { return value }
        object[key] = inlined(member, path.dropFirst())
        return .object(object)
    }
}
