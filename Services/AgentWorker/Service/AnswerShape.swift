import AgentWorkerDomain
import Core
import JSONSchema

/// Checks the model's answers against the schema that they were asked for in.
struct AnswerShape: Sendable {
    /// At most this many mismatches are told.
    private static let limit = 8

    private let schema: Schema?

    /// The shape that a request asks for. Throws a validation fault when its schema cannot be checked.
    init(_ request: AgentRequest) throws(Fault) {
        guard let document = request.outputSchema else {
            schema = nil
            return
        }
        do throws(SchemaFaults) {
            schema = try Schema(document, options: SchemaOptions(ignoresUnknownKeywords: true))
        } catch {
            throw Fault(.validation, .badArguments, "outputSchema: \(error.list[0])")
        }
    }

    /// The mismatches as sentences that begin with the place, without the values themselves; none when it fits.
    func mismatches(_ value: JSON) -> [String] {
        schema?.problems(value, limit: Self.limit).map(\.description) ?? []
    }
}
