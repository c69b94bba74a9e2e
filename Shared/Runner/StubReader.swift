import Core
import Expressions
import Workflow

/// Turns a document into rules; collects all faults instead of stopping at the first.
struct StubReader {
    let positions: [String: SourcePosition]
    private(set) var faults: [DefinitionFault] = []

    init(positions: [String: SourcePosition]) { self.positions = positions }

    private static let answers = ["output", "fault", "silent", "delay"]

    mutating func rules(_ document: JSON) -> [StubRule] {
        let isWrapped = document.object != nil
        let place = isWrapped ? JSONPointer(["stubs"]) : JSONPointer()
        guard let list = isWrapped ? document["stubs"]?.array : document.array else {
            fail(place, found: document.kind, expected: "a list of stubs")
            return []
        }
        return list.enumerated().compactMap { position, value in rule(value, place.appending(position)) }
    }

    private mutating func rule(_ value: JSON, _ place: JSONPointer) -> StubRule? {
        guard let object = value.object else {
            fail(place, found: value.kind, expected: "an object")
            return nil
        }
        let known = ["task", "function", "when", "results"] + Self.answers
        for key in object.keys where !known.contains(key) {
            fail(place.appending(key), found: "the key \"\(key)\"", expected: "one of \(known.joined(separator: ", "))")
        }
        var steps: [StubRule.Step] = []
        if let results = object["results"] {
            let list = results.array ?? []
            if list.isEmpty { fail(place.appending("results"), found: results.kind, expected: "a list of answers") }
            for (position, result) in list.enumerated() {
                steps.append(step(result, place.appending("results").appending(position)))
            }
        } else {
            steps = [step(value, place)]
        }
        var condition: Expression?
        if let when = object["when"] {
            var text = when.string ?? ""
            if text.hasPrefix("${"), text.hasSuffix("}") { text = String(text.dropFirst(2).dropLast()) }
            do { condition = try Expression(text, allowing: ["call"]) } catch {
                fail(place.appending("when"), found: "\(error)", expected: "a jq condition", .expression)
            }
        }
        return StubRule(
            task: object["task"]?.string, function: object["function"]?.string, condition: condition, steps: steps)
    }

    private mutating func step(_ value: JSON, _ place: JSONPointer) -> StubRule.Step {
        var delay = Duration.zero
        if let written = value["delay"] {
            if let duration = DurationTemplate.duration(written) {
                delay = duration
            } else {
                fail(place.appending("delay"), found: written.text(), expected: "a duration such as PT5S")
            }
        }
        if value["silent"]?.bool == true { return StubRule.Step(content: .silence, delay: delay) }
        if let written = value["fault"] {
            if let fault = Self.fault(written) { return StubRule.Step(content: .fault(fault), delay: delay) }
            fail(
                place.appending("fault"), found: written.text(),
                expected: "an object with type and status, or the name of a standard error")
        }
        do {
            let output = try StubValue(value["output"] ?? .null)
            return StubRule.Step(content: .output(output), delay: delay)
        } catch {
            fail(place.appending("output"), found: "\(error)", expected: "jq in ${ }", .expression)
            return StubRule.Step(content: .silence, delay: delay)
        }
    }

    /// `{ type, status, title, detail }`, where a type that names a standard error may leave the status out.
    private static func fault(_ value: JSON) -> Fault? {
        if let name = value.string ?? value["type"]?.string, let standard = Fault.Standard(rawValue: name) {
            return Fault(
                standard, status: value["status"]?.int, title: value["title"]?.string, detail: value["detail"]?.string)
        }
        return Fault(json: value)
    }

    private mutating func fail(
        _ place: JSONPointer, found: String, expected: String, _ kind: DefinitionFault.Kind = .validation
    ) {
        var known = place
        while positions[known.description] == nil, !known.tokens.isEmpty { known.tokens.removeLast() }
        let position = positions[known.description]
        faults.append(
            DefinitionFault(
                kind, at: place, line: position?.line, column: position?.column, found: found, expected: expected))
    }
}
