public import Core
import Engine
import Expressions
import Workflow

/// A workflow under test: what runs, what answers it, what happens around it and what must hold in the end.
public struct Experiment: Sendable {
    /// A CloudEvent and how long after the start it is published.
    public struct Happening: Sendable, Hashable {
        /// How long after the start.
        public var after: Duration
        /// The event.
        public var event: JSON

        /// `event`, `after` the start.
        public init(after: Duration, event: JSON) { (self.after, self.event) = (after, event) }
    }

    /// The texts of the definitions; the first one is started.
    public var definitions: [String]
    /// Its input.
    public var input: JSON = [:]
    /// The document of the stubs; see `StubTable`.
    public var stubs: JSON = []
    /// What is published meanwhile.
    public var happenings: [Happening] = []
    /// What must hold.
    public var invariants: [String] = []
    /// What may go wrong.
    public var kinds = Perturbation.Kind.allCases
    /// How probable each is at each place.
    public var rate = 0.1
    /// More events than this in one run are a failure.
    public var eventLimit = 20_000

    /// An experiment without stubs, events and invariants.
    public init(definitions: [String]) { self.definitions = definitions }

    /// What one run showed.
    public struct Outcome: Sendable, Hashable {
        /// The run's seed.
        public var seed: UInt64
        /// What went wrong in it.
        public var perturbations: [Perturbation]
        /// What did not hold, in words; empty when all did.
        public var problems: [String]
        /// How it ended.
        public var status: String
        /// `World.logHash`.
        public var logHash: UInt64
        /// How many events it had.
        public var events: Int
    }

    /// Checks the texts and gets everything ready. Throws `DefinitionFaults`, or `ExpressionSyntaxError` of an
    /// invariant.
    public func prepared() throws -> PreparedExperiment {
        var compiled: [CompiledDefinition] = []
        for text in definitions { compiled.append(try CompiledDefinition(parsing: Array(text.utf8))) }
        guard let first = compiled.first else {
            throw DefinitionFaults([
                DefinitionFault(.validation, at: JSONPointer(), found: "nothing", expected: "a definition")
            ])
        }
        return PreparedExperiment(
            experiment: self, shelf: DefinitionShelf(compiled), first: first,
            stubs: try StubTable(source: DefinitionSource(document: stubs)),
            invariants: try invariants.map { try Invariant($0) })
    }
}
