public import Core
import JSONSchema

/// A function of the default catalogue, with the shapes of what goes in and what comes out.
public struct CatalogueFunction: Sendable {
    /// Such as `agent`.
    public let name: String
    /// Such as `1.0.0`.
    public let version: String
    /// JSON Schema of the resolved arguments.
    public let input: JSON
    /// JSON Schema of the output.
    public let output: JSON
    private let arguments: Schema

    private init(_ name: String, _ input: String, _ output: String) {
        func json(_ text: String) -> JSON {
            guard let value = try? JSON(parsing: Array(text.utf8)) else {
                preconditionFailure("a schema of the catalogue is no JSON: \(name)")
            }
            return value
        }
        (self.name, version, self.input, self.output) = (name, "1.0.0", json(input), json(output))
        guard let schema = try? Schema(self.input) else {
            preconditionFailure("a schema of the catalogue does not compile: \(name)")
        }
        arguments = schema
    }

    /// All functions, by name.
    public static let all: [CatalogueFunction] = [
        CatalogueFunction("agent", Self.agentInput, Self.answerOutput),
        CatalogueFunction("approval", Self.approvalInput, Self.approvalOutput),
        CatalogueFunction("embed", Self.embedInput, Self.embedOutput),
        CatalogueFunction("llm", Self.modelInput, Self.answerOutput),
        CatalogueFunction("map", Self.mapInput, Self.mapOutput),
        CatalogueFunction("policy", Self.policyInput, Self.policyOutput),
        CatalogueFunction("retrieve", Self.retrieveInput, Self.retrieveOutput),
        CatalogueFunction("until", Self.untilInput, Self.untilOutput),
    ]

    /// The function that a call names: `agent:1.0.0`, `agent:1.0.0@default`; nil when it is none of these.
    public static func named(_ call: String) -> CatalogueFunction? {
        let bare = call.hasSuffix("@default") ? String(call.dropLast("@default".count)) : call
        return all.first { bare == "\($0.name):\($0.version)" }
    }

    /// What is wrong with arguments, some of which are evaluated later; nil when nothing is.
    func problem(in members: JSONObject, evaluatedLater open: Set<String>) -> String? {
        if open.isEmpty { return arguments.firstProblem(.object(members)) ?? problem(inDurations: members) }
        var (schema, literals) = (input.object ?? [:], members)
        var properties = schema["properties"]?.object ?? [:]
        for name in open.sorted() { (properties[name], literals[name]) = (nil, nil) }
        schema["properties"] = .object(properties)
        schema["required"] = .array((schema["required"]?.array ?? []).filter { !open.contains($0.string ?? "") })
        return (try? Schema(.object(schema)))?.firstProblem(.object(literals)) ?? problem(inDurations: literals)
    }

    /// What the schema's words cannot say.
    private func problem(inDurations members: JSONObject) -> String? {
        guard name == "approval" else { return nil }
        for key in ["sla", "remindEvery"] {
            guard let text = members[key]?.string else { continue }
            if let duration = Duration(iso8601: text), duration > .zero { continue }
            return "/\(key): expected an ISO 8601 duration such as PT4H"
        }
        return nil
    }

    /// What is wrong with arguments, those aside whose names are in `open`: a `validation` fault that names the place;
    /// nil when they fit.
    public func fault(in resolved: JSON, evaluatedLater open: Set<String> = []) -> Fault? {
        let found = resolved.object.map { problem(in: $0, evaluatedLater: open) } ?? arguments.firstProblem(resolved)
        return found.map { Fault(.validation, detail: "the arguments of \(name):\(version) at \($0)") }
    }
}
