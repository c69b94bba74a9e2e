public import Core

/// A compiled JSON Schema, draft 2020-12. Compiling refuses what would not be checked, so that no author believes in a
/// check that is not made; checking takes a bounded number of steps and a bounded depth, whatever schema and value are.
public struct Schema: Sendable {
    let program: SchemaProgram

    /// Compiles `document`; `place` is where it stands, for the places of faults. Throws all faults at once.
    public init(_ document: JSON, at place: JSONPointer = JSONPointer(), options: SchemaOptions = SchemaOptions())
        throws(SchemaFaults)
    {
        var compiler = SchemaCompiler(options)
        let program = compiler.compile(document)
        guard let program, compiler.faults.isEmpty else {
            throw SchemaFaults(
                compiler.faults.map { fault in
                    var fault = fault
                    fault.pointer = JSONPointer(place.tokens + fault.pointer.tokens)
                    return fault
                })
        }
        self.program = program
    }

    /// What is wrong with `value`, at most `limit` problems; none when it fits. Takes of `steps`, about one a keyword,
    /// element and scalar looked at; when they are used up, that is the last problem.
    public func problems(_ value: JSON, limit: Int = 20, steps: inout Int) -> [SchemaProblem] {
        var check = SchemaCheck(program, limit: limit, steps: steps)
        defer { steps = check.steps }
        return check.problems(value)
    }

    /// What is wrong with `value`, at most `limit` problems, within a million steps.
    public func problems(_ value: JSON, limit: Int = 20) -> [SchemaProblem] {
        var steps = 1_000_000
        return problems(value, limit: limit, steps: &steps)
    }

    /// Whether `value` fits, within a million steps.
    public func allows(_ value: JSON) -> Bool { problems(value, limit: 1).isEmpty }

    /// The first thing that is wrong with `value` as `/place: what`, without the value itself; nil when it fits.
    public func firstProblem(_ value: JSON) -> String? { problems(value, limit: 1).first?.description }
}
