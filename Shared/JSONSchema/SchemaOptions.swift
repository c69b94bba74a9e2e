public import Core

/// How schemas are compiled.
public struct SchemaOptions: Sendable {
    /// Documents that `$ref` and `$schema` may name, by URI without fragment. Nothing is ever fetched.
    public var documents: [String: JSON]
    /// Whether `format` is checked; else it only tells readers something.
    public var assertsFormats: Bool
    /// Whether keywords that the standard does not define are passed over; else they are refused, but for those that
    /// begin with `x-`.
    public var ignoresUnknownKeywords: Bool

    /// The options.
    public init(
        documents: [String: JSON] = [:], assertsFormats: Bool = false, ignoresUnknownKeywords: Bool = false
    ) {
        (self.documents, self.assertsFormats) = (documents, assertsFormats)
        self.ignoresUnknownKeywords = ignoresUnknownKeywords
    }
}
