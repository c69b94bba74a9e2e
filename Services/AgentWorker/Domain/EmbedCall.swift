public import Core

/// A call of the function `embed`.
public struct EmbedCall: Sendable, Hashable {
    /// What vectors are made of.
    public var texts: [String]
    /// Empty for the indexer's own.
    public var model: String

    /// Reads the arguments. Throws a validation fault.
    public init(_ arguments: JSON) throws(Fault) {
        guard let elements = arguments["texts"]?.array else { throw Self.bad("texts", "a list of texts") }
        texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw Self.bad("texts", "texts only") }
        let model = arguments["model"] ?? .null
        guard model.isNull || model.string != nil else { throw Self.bad("model", "a text") }
        self.model = model.string ?? ""
        guard !self.model.hasNUL, !texts.contains(where: \.hasNUL) else { throw Self.bad("texts, model", "no NUL") }
    }

    private static func bad(_ member: String, _ expected: String) -> Fault {
        Fault(.validation, .badArguments, "\(member): expected \(expected)")
    }
}
