public import JSONSchema

/// One stage of the data flow: a check and a transformation, either of which may be absent.
public struct DataStage: Sendable {
    /// What the data must be.
    public let schema: Schema?
    /// What the data becomes.
    public let transform: Template?

    /// Neither check nor transformation.
    public static let none = DataStage(schema: nil, transform: nil)

    init(schema: Schema?, transform: Template?) { (self.schema, self.transform) = (schema, transform) }
}
