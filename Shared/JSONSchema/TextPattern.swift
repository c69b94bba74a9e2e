import Core
import Patterns

/// A regular expression of a schema, by ECMA-262 in Unicode mode, not anchored.
struct TextPattern: Sendable {
    let source: String
    private let pattern: Pattern

    /// Throws a sentence when the text is no pattern.
    init(_ source: String) throws(SchemaFault) {
        self.source = source
        do {
            pattern = try Pattern(source, dialect: .ecma)
        } catch {
            throw SchemaFault(at: JSONPointer(), found: "\(error)", expected: "a regular expression (ECMA-262)")
        }
    }

    /// Whether it matches anywhere; nil when the steps are used up.
    func matches(_ text: String, steps: inout Int) -> Bool? {
        do {
            return try pattern.matches(text, steps: &steps)
        } catch {
            steps = 0
            return nil
        }
    }
}
