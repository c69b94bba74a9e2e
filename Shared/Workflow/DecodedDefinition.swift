public import Core

/// A definition as its author wrote it, every form of the language in its place in the tree, whether this runtime runs
/// it or not. What runs is a `CompiledDefinition`.
public struct DecodedDefinition: Sendable {
    /// The document as it was given.
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
    /// What runs before and after tasks, in declared order.
    public let extensions: [TaskExtension]
    /// Its `listen` tasks: what executions subscribe to when they start.
    public let listens: [ListenSubscription]
    /// What stands in the way of running it here, each an error of the kind `configuration`, in the order of the text.
    public let lacking: [DefinitionFault]
    /// What is doubtful in it, in the order of the text.
    public let warnings: [DefinitionFault]
    let index: [String: WorkflowTask]

    /// Decodes a document; positions are looked up in `source`, when there is one, functions that the document does not
    /// define itself in `catalogue`. Throws all faults at once if the document is not right by the language.
    public init(
        document: JSON, source: DefinitionSource? = nil, catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        var decoder = DefinitionDecoder(positions: source?.positions ?? [:])
        decoder.catalogue = catalogue
        let parts = decoder.decode(document)
        let faults = decoder.faults.inOrderOfText
        let errors = faults.filter { $0.severity == .error }
        warnings = faults.filter { $0.severity == .warning }
        guard let parts, errors.allSatisfy({ $0.kind == .configuration }) else {
            throw DefinitionFaults(errors, warnings: warnings)
        }
        lacking = errors
        self.document = document
        (reference, input, output, timeout, body) = (
            parts.reference, parts.input, parts.output, parts.timeout, parts.body
        )
        (schedule, extensions, index) = (parts.schedule, decoder.extensions, decoder.index)
        listens = decoder.listens()
    }

    /// Parses and decodes a text, YAML or JSON; see `DefinitionSource`. Throws all faults at once.
    public init(
        parsing bytes: [UInt8], catalogue: FunctionCatalogue = FunctionCatalogue()
    ) throws(DefinitionFaults) {
        let source = try DefinitionSource(parsing: bytes)
        try self.init(document: source.document, source: source, catalogue: catalogue)
    }

    /// The task at `pointer`, such as `/do/0/extract`; nil when there is none.
    public func task(at pointer: String) -> WorkflowTask? { index[pointer] }
}
