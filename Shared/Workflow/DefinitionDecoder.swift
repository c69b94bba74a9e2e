import Core
import Expressions

/// Turns a document into the typed tree; collects all faults instead of stopping at the first.
struct DefinitionDecoder {
    /// The parts of a decoded document.
    struct Parts {
        var reference: DefinitionReference
        var input: DataStage
        var output: DataStage
        var timeout: DurationTemplate?
        var schedule: ScheduleClause?
        var body: TaskList
    }

    /// A value and its place.
    struct Node {
        var value: JSON
        var pointer: JSONPointer

        subscript(key: String) -> Node? { value[key].map { Node(value: $0, pointer: pointer.appending(key)) } }

        /// The members of an object, in order.
        var members: [(key: String, node: Node)] {
            (value.object ?? [:]).map { ($0.key, Node(value: $0.value, pointer: pointer.appending($0.key))) }
        }

        /// The elements of an array, in order.
        var elements: [Node] {
            (value.array ?? []).enumerated().map { Node(value: $0.element, pointer: pointer.appending($0.offset)) }
        }
    }

    let positions: [String: SourcePosition]
    private(set) var faults: [DefinitionFault] = []
    private var told: Set<DefinitionFault> = []
    /// The tasks by pointer.
    var index: [String: WorkflowTask] = [:]
    /// What stands below `use`.
    var use: Node?
    /// Variables that the tasks around add to expressions.
    var scope: [String] = []
    /// Functions that stand elsewhere.
    var catalogue = FunctionCatalogue()
    /// Those of them that are decoded, or being decoded.
    var catalogued: Set<String> = []
    /// What `use.extensions` says, once decoded.
    var extensions: [TaskExtension] = []
    /// Whether what is decoded belongs to an extension: then none applies to it.
    var isExtending = false

    /// The program of an `input.from` that reads secrets: it is evaluated with the arguments, where the task runs.
    var secretInput: String?
    /// Whether what is decoded comes from elsewhere.
    var isApart = false
    /// Whether expressions are evaluated for an execution, so that its data are there.
    var hasExecution = true
    /// What of `use` is used, such as `retries/gentle`.
    var used: Set<String> = []
    /// Where tasks stand, by name.
    var places: [String: JSONPointer] = [:]

    static let deepest = 200
    static let globals = ["context", "input", "task", "workflow", "runtime"]

    init(positions: [String: SourcePosition]) { self.positions = positions }

    mutating func fail(_ pointer: JSONPointer, found: String, expected: String, hint: String? = nil) {
        fail(.validation, pointer, found: found, expected: expected, hint: hint)
    }

    mutating func fail(
        _ kind: DefinitionFault.Kind, _ pointer: JSONPointer, found: String, expected: String, hint: String? = nil,
        severity: DefinitionFault.Severity = .error
    ) {
        // The nearest place that has a position: a missing value has none of its own.
        var place = pointer
        while positions[place.description] == nil, !place.tokens.isEmpty { place.tokens.removeLast() }
        let position = positions[place.description]
        let fault = DefinitionFault(
            kind, severity: severity, at: pointer, line: position?.line, column: position?.column, found: found,
            expected: expected, hint: hint)
        // What is reusable is decoded once where it stands and once wherever it is used.
        if told.insert(fault).inserted { faults.append(fault) }
    }

    mutating func fail(_ node: Node, expected: String, hint: String? = nil) {
        fail(
            node.pointer, found: Self.shown(node.value), expected: expected,
            hint: hint ?? Advice.about(node.value, expected))
    }

    mutating func warn(_ pointer: JSONPointer, found: String, expected: String, hint: String? = nil) {
        fail(.validation, pointer, found: found, expected: expected, hint: hint, severity: .warning)
    }

    /// Refuses what is right, but lacking here; `hint` says what to do instead.
    mutating func refuse(_ node: Node, feature: String, hint: String? = nil) {
        fail(.configuration, node.pointer, found: feature, expected: "a feature that this runtime has", hint: hint)
    }

    /// A value in a few words.
    static func shown(_ value: JSON) -> String {
        switch value {
        case .array(let elements): return "an array of \(elements.count)"
        case .object(let object): return "an object of \(object.count)"
        default:
            let text = value.text()
            return text.count > 60 ? String(text.prefix(60)) + "…" : text
        }
    }

    mutating func requireKeys(_ node: Node, _ allowed: [String], expected: String? = nil) {
        guard let object = node.value.object else { return fail(node, expected: expected ?? "an object") }
        for key in object.keys where !allowed.contains(key) {
            fail(
                node.pointer.appending(key), found: "the key \"\(key)\"",
                expected: allowed.isEmpty ? "no key" : "one of \(allowed.joined(separator: ", "))",
                hint: Advice.spelling(of: key, among: allowed))
        }
    }

    mutating func required(_ node: Node, _ key: String, _ expected: String) -> Node? {
        if let member = node[key] { return member }
        fail(node.pointer.appending(key), found: "nothing", expected: expected)
        return nil
    }

    mutating func text(_ node: Node, _ expected: String) -> String? {
        if let text = node.value.string { return text }
        fail(node, expected: expected)
        return nil
    }

    mutating func integer(_ node: Node, _ range: ClosedRange<Int>) -> Int? {
        if let number = node.value.int, range.contains(number) { return number }
        fail(node, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// A definition below `use`, by its name.
    mutating func reusable(_ node: Node, _ section: String) -> Node? {
        guard let name = node.value.string else { return node }
        used.insert("\(section)/\(name)")
        if let found = use?[section]?[name] { return found }
        let known = use?[section]?.value.object?.keys ?? []
        fail(node, expected: "a name that stands in use.\(section)", hint: Advice.spelling(of: name, among: known))
        return nil
    }
}
