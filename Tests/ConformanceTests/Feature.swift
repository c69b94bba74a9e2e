/// A `.feature` file.
struct Feature: Sendable {
    struct Step: Sendable {
        /// The text after `Given`, `When`, `Then` or `And`, without a leading `given`.
        var text: String
        /// What stands between the triple quotes below it.
        var document: String?
        var line: Int
    }

    struct Scenario: Sendable, CustomStringConvertible {
        var file: String
        var feature: String
        var name: String
        var steps: [Step]
        var isPending = false

        var description: String { "\(file): \(name)" }
    }

    var name: String
    var scenarios: [Scenario]
}
