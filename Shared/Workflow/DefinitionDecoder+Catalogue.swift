import Core

extension DefinitionDecoder {
    /// Checks the arguments of a function of the default catalogue as far as they are written out: members that hold
    /// expressions are checked when they are evaluated.
    mutating func checkArguments(_ function: String, _ node: Node, _ body: Node) {
        guard let function = CatalogueFunction.named(function) else { return }
        let given = node["with"]?.value ?? [:]
        guard let members = given.object else {
            if let with = node["with"], given.string.flatMap(Self.inner) == nil {
                fail(with, expected: "an object with the arguments of \(function.name), or an expression")
            }
            return
        }
        let open = members.keys.filter { members[$0].map(Self.holdsExpression) == true }
        guard let problem = function.problem(in: members, evaluatedLater: Set(open)) else { return }
        let place = node["with"]?.pointer ?? body.pointer
        fail(place, found: "at \(problem)", expected: "arguments of \(function.name):\(function.version)")
    }

    /// The `with` of `until`, checked as far as it is written out.
    mutating func until(_ node: Node) -> TaskAction? {
        guard let with = required(node, "with", "an object with at") else { return nil }
        requireKeys(with, ["at", "timeZone", "calendar"])
        guard required(with, "at", "a moment") != nil, var members = with.value.object else { return nil }
        // What is known only later is taken to be right.
        let assumed: [String: JSON] = ["at": 0, "timeZone": "UTC"]
        for (key, value) in members where Self.holdsExpression(value) { members[key] = assumed[key] }
        do {
            _ = try UntilMoment(.object(members))
        } catch {
            fail(with.pointer, found: error.detail ?? "", expected: "arguments of until:1.0.0")
        }
        return .until(template(with))
    }

    private static func holdsExpression(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): inner(text) != nil
        case .array(let elements): elements.contains(where: holdsExpression)
        case .object(let members): members.contains { holdsExpression($0.1) }
        default: false
        }
    }
}
