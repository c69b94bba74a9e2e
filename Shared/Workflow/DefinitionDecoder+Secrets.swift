import Core

extension DefinitionDecoder {
    /// Secrets can be read in what is handed to functions that run outside of the engine: whoever runs them has the
    /// values, and the log has not.
    static let secret = ["secrets"]

    /// Checks the names after `$secrets` in a program, and that what it gives is not kept.
    mutating func secrets(in source: String, _ pointer: JSONPointer) {
        let tokens = pointer.tokens
        let isKept = zip(tokens, tokens.dropFirst()).contains { ["output", "export"].contains($0) && $1 == "as" }
        if isKept {
            fail(
                pointer, found: "$secrets in what is kept", expected: "secrets where they are used only",
                hint: "outputs and the context are stored and shown; use the secret in the call's arguments")
        }
        for part in source.split(separator: "$secrets", omittingEmptySubsequences: false).dropFirst() {
            guard let name = Self.name(part) else { continue }
            secret(name, at: Node(value: .string("$secrets.\(name)"), pointer: pointer))
        }
    }

    /// The name in `.name`, `."name"` or `["name"]`.
    private static func name(_ text: Substring) -> String? {
        var rest = text.drop { $0 == " " }
        guard let first = rest.first, first == "." || first == "[" else { return nil }
        rest = rest.dropFirst().drop { $0 == " " }
        if rest.first == "\"" { return String(rest.dropFirst().prefix { $0 != "\"" }) }
        guard first == "." else { return nil }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }
}
