public import Core

/// A definition that has been decoded, checked and compiled: what the engine runs.
public struct CompiledDefinition: Sendable {
    /// The document as it was given; its canonical text is what a digest is made of.
    public let document: JSON
    /// Namespace, name and version.
    public let reference: DefinitionReference
    /// What happens to the execution's input.
    public let input: DataStage
    /// What happens to its output.
    public let output: DataStage
    /// How long an execution may take.
    public let timeout: DurationTemplate?
    /// What starts executions by itself, if anything does.
    public let schedule: ScheduleClause?
    /// The tasks.
    public let body: TaskList
    /// Its `listen` tasks: what executions subscribe to when they start.
    public let listens: [ListenSubscription]
    /// What runs before and after tasks, in declared order.
    public let extensions: [TaskExtension]
    /// What is doubtful in it, in the order of the text.
    public let warnings: [DefinitionFault]
    private let index: [String: WorkflowTask]

    /// The secrets that it may use, by name.
    public var secrets: [String] { document["use"]?["secrets"]?.array?.compactMap(\.string) ?? [] }
    /// The namespace, a DNS label.
    public var namespace: String { reference.namespace }
    /// The name, a DNS label.
    public var name: String { reference.name }
    /// The semantic version.
    public var version: String { reference.version }

    /// Decodes and compiles; positions are looked up in `source`, when there is one, functions that the document does
    /// not define itself in `catalogue`. Throws all faults at once.
    public init(
        document: JSON, source: DefinitionSource? = nil, catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        var decoder = DefinitionDecoder(positions: source?.positions ?? [:])
        decoder.catalogue = catalogue
        let parts = decoder.decode(document)
        let faults = decoder.faults.inOrderOfText
        let errors = faults.filter { $0.severity == .error }
        warnings = faults.filter { $0.severity == .warning }
        guard let parts, errors.isEmpty else { throw DefinitionFaults(errors, warnings: warnings) }
        self.document = document
        (reference, input, output, timeout, body) = (
            parts.reference, parts.input, parts.output, parts.timeout, parts.body
        )
        extensions = decoder.extensions
        schedule = parts.schedule
        index = decoder.index
        listens = decoder.listens()
    }

    /// Parses, decodes and compiles a text, YAML or JSON; see `DefinitionSource`. Throws all faults at once.
    public init(
        parsing bytes: [UInt8], catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        let source = try DefinitionSource(parsing: bytes)
        try self.init(document: source.document, source: source, catalogue: catalogue)
    }

    /// The task at `pointer`, such as `/do/0/extract`; nil when there is none.
    public func task(at pointer: String) -> WorkflowTask? { index[pointer] }
}
