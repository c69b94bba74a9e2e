import Core
import Expressions

extension DefinitionDecoder {
    /// Variables whose values only whoever runs a function has: they are never in the data, and so never in the log.
    static let workers = ["secrets", "authorization"]

    /// What is visible in arguments beside the rest: secrets, and how the call shows who makes it, where it does.
    static func visible(authentication: JSON? = nil) -> [String] {
        guard let policy = authentication?.object, policy["digest"] == nil else { return ["secrets"] }
        return workers
    }

    /// Refuses `$secrets` or `$authorization` where the value would become data, or where there is none.
    mutating func refuseData(_ name: String, at pointer: JSONPointer) {
        if name == "authorization" {
            return fail(
                .expression, pointer, found: "$authorization where no call shows who makes it",
                expected: "$authorization in the arguments of a call with authentication, by another way than digest",
                hint: "it is known where the call is made only: data, conditions, outputs and the context are stored")
        }
        fail(
            .expression, pointer, found: "$secrets where data are stored or decided on",
            expected: "secrets in the arguments of calls and processes only, or in the input.from of those",
            hint: "data, conditions, outputs and the context are stored and shown; use the secret in the arguments")
    }

    /// Checks the names after `$secrets` in a program.
    mutating func secrets(in source: String, _ pointer: JSONPointer) {
        if isApart {
            return fail(
                .expression, pointer, found: "$secrets in a function from elsewhere",
                expected: "secrets in the document's own tasks")
        }
        for part in source.split(separator: "$secrets", omittingEmptySubsequences: false).dropFirst() {
            guard let name = Self.name(part) else {
                fail(
                    .expression, pointer, found: "$secrets without a name",
                    expected: "$secrets.name or $secrets[\"name\"]",
                    hint: "a call is given the secrets that it names, and no others")
                continue
            }
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
