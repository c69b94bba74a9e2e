import Core

/// A compiled schema, or a place in one.
indirect enum SchemaNode: Sendable {
    /// `true`
    case anything
    /// `false`
    case nothing
    /// Rules that must all hold.
    case rules([SchemaRule])
}

/// One keyword.
enum SchemaRule: Sendable {
    case types([String])
    case values([JSON])
    case required([String])
    /// Members by name, and what all others must be.
    case members([String: SchemaNode], others: SchemaNode?)
    case names(SchemaNode)
    case memberCount(minimum: Int?, maximum: Int?)
    case dependentRequired([String: [String]])
    /// Elements by position, and what all others must be.
    case elements([SchemaNode], others: SchemaNode?)
    case contains(SchemaNode, minimum: Int, maximum: Int?)
    case elementCount(minimum: Int?, maximum: Int?)
    case unique
    case length(minimum: Int?, maximum: Int?)
    case minimum(Double, isExclusive: Bool)
    case maximum(Double, isExclusive: Bool)
    case multipleOf(Double)
    case all([SchemaNode])
    case any([SchemaNode])
    case one([SchemaNode])
    case not(SchemaNode)
    case conditional(SchemaNode, then: SchemaNode?, otherwise: SchemaNode?)
}
