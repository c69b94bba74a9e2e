import Core

/// A compiled schema, or a place in one.
indirect enum SchemaNode: Sendable {
    /// `true`
    case anything
    /// `false`
    case nothing
}
