public import Core

/// A definition that has been decoded, checked and compiled: what the engine runs.
public struct CompiledDefinition: Sendable {
    private let tree: DecodedDefinition

    /// The document as it was given; its canonical text is what a digest is made of.
    public var document: JSON { tree.document }
    /// Namespace, name and version.
    public var reference: DefinitionReference { tree.reference }
    /// What happens to the execution's input.
    public var input: DataStage { tree.input }
    /// What happens to its output.
    public var output: DataStage { tree.output }
    /// How long an execution may take.
    public var timeout: DurationTemplate? { tree.timeout }
    /// What starts executions by itself, if anything does.
    public var schedule: ScheduleClause? { tree.schedule }
    /// The tasks.
    public var body: TaskList { tree.body }
    /// Its `listen` tasks: what executions subscribe to when they start.
    public var listens: [ListenSubscription] { tree.listens }
    /// What runs before and after tasks, in declared order.
    public var extensions: [TaskExtension] { tree.extensions }
    /// What is doubtful in it, in the order of the text.
    public var warnings: [DefinitionFault] { tree.warnings }

    /// The secrets that it may use, by name.
    public var secrets: [String] { document["use"]?["secrets"]?.array?.compactMap(\.string) ?? [] }
    /// The namespace, a DNS label.
    public var namespace: String { reference.namespace }
    /// The name, a DNS label.
    public var name: String { reference.name }
    /// The semantic version.
    public var version: String { reference.version }

    /// Takes a decoded definition if nothing is lacking here. Throws all that is, at once.
    public init(_ tree: DecodedDefinition) throws(DefinitionFaults) {
        guard tree.lacking.isEmpty else { throw DefinitionFaults(tree.lacking, warnings: tree.warnings) }
        self.tree = tree
    }

    /// Decodes and compiles; positions are looked up in `source`, when there is one, functions that the document does
    /// not define itself in `catalogue`. Throws all faults at once.
    public init(
        document: JSON, source: DefinitionSource? = nil, catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        try self.init(DecodedDefinition(document: document, source: source, catalogue: catalogue))
    }

    /// Parses, decodes and compiles a text, YAML or JSON; see `DefinitionSource`. Throws all faults at once.
    public init(
        parsing bytes: [UInt8], catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        let source = try DefinitionSource(parsing: bytes)
        try self.init(document: source.document, source: source, catalogue: catalogue)
    }

    /// The task at `pointer`, such as `/do/0/extract`; nil when there is none.
    public func task(at pointer: String) -> WorkflowTask? { tree.task(at: pointer) }
}
