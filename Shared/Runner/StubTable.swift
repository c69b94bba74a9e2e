import Core
import Engine
import Synchronization
public import Workflow

/// Answers from a file in place of functions. Each rule counts the calls that it has answered, so a table is for one
/// run; `copy()` gives another one for the next.
public final class StubTable: CallPerformer {
    private let rules: [StubRule]
    private let otherwise: (any CallPerformer)?
    private let counts: Mutex<[Int]>

    /// Reads a file of rules (YAML or JSON): a list, or an object whose `stubs` is one. Each rule is an object of
    ///
    /// - `task` (a name, or a pointer such as `/do/0/ask`), `function` (`http`, `agent`, `agent:1.0.0`), `when` (jq
    ///   over the arguments): which calls it answers; the first rule that fits does;
    /// - `output` (strings in `${ }` are jq over the arguments; `$call` has task, name, function, attempt and number,
    ///   which counts the calls of the rule), `fault` (an error, or the name of a standard one) or `silent: true`;
    /// - `delay` (ISO 8601, or an object of units);
    /// - `results`, a list of objects of the last two lines: for consecutive calls, the last one for all further ones.
    ///
    /// Calls that no rule fits go to `otherwise`, or fail with a configuration error. Throws all faults of the file.
    public convenience init(parsing bytes: [UInt8], otherwise: (any CallPerformer)? = nil) throws(DefinitionFaults) {
        try self.init(source: DefinitionSource(parsing: bytes), otherwise: otherwise)
    }

    /// The rules of a document that has been parsed; see `init(parsing:otherwise:)`.
    public convenience init(
        source: DefinitionSource, otherwise: (any CallPerformer)? = nil
    ) throws(DefinitionFaults) {
        var reader = StubReader(positions: source.positions)
        let rules = reader.rules(source.document)
        guard reader.faults.isEmpty else { throw DefinitionFaults(reader.faults) }
        self.init(rules, otherwise: otherwise)
    }

    private init(_ rules: [StubRule], otherwise: (any CallPerformer)?) {
        (self.rules, self.otherwise) = (rules, otherwise)
        counts = Mutex(Array(repeating: 0, count: rules.count))
    }

    /// The same rules, nothing counted yet.
    public func copy() -> StubTable { StubTable(rules, otherwise: otherwise) }

    /// The answer of the first rule that fits.
    public func perform(_ call: FunctionCall) async -> FunctionAnswer {
        do {
            for (position, rule) in rules.enumerated() where try rule.fits(call) {
                let number = counts.withLock { counts in
                    counts[position] += 1
                    return counts[position]
                }
                return try rule.answer(call, number: number)
            }
        } catch {
            return FunctionAnswer(.fault(Fault(.configuration, detail: "a stub's expression failed: \(error)")))
        }
        if let otherwise { return await otherwise.perform(call) }
        let detail = "no stub fits \(call.request.function) of \(call.task)"
        return FunctionAnswer(.fault(Fault(.configuration, detail: detail)))
    }
}
