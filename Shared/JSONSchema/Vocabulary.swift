/// The vocabularies of draft 2020-12.
enum Vocabulary: String, Sendable, Hashable, CaseIterable {
    case core = "https://json-schema.org/draft/2020-12/vocab/core"
    case applicator = "https://json-schema.org/draft/2020-12/vocab/applicator"
    case unevaluated = "https://json-schema.org/draft/2020-12/vocab/unevaluated"
    case validation = "https://json-schema.org/draft/2020-12/vocab/validation"
    case metadata = "https://json-schema.org/draft/2020-12/vocab/meta-data"
    case annotation = "https://json-schema.org/draft/2020-12/vocab/format-annotation"
    case assertion = "https://json-schema.org/draft/2020-12/vocab/format-assertion"
    case content = "https://json-schema.org/draft/2020-12/vocab/content"

    static let dialect = "https://json-schema.org/draft/2020-12/schema"
    static let standard = Set(allCases).subtracting([.assertion])
}
