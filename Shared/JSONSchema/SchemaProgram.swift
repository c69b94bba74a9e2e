import Core

/// A compiled schema: nodes that refer to each other by their positions, so that cycles are nothing special.
struct SchemaProgram: Sendable {
    var nodes: [SchemaNode] = []
    /// For each resource, the nodes of its dynamic anchors.
    var anchors: [[String: Int]] = []
    /// Whether anything asks what has been looked at.
    var tracks = false
}

/// One schema.
struct SchemaNode: Sendable {
    /// Its place; see `SchemaProblem.keyword`.
    var location: String
    /// The resource that it belongs to.
    var resource: Int
    /// What must hold, in the order of checking.
    var rules: [SchemaRule] = []
}

/// One keyword, or some that are read together.
enum SchemaRule: Sendable {
    case nothing
    case types([String])
    case const(JSON)
    case values(Set<JSON>)
    case minimum(JSON, isExclusive: Bool)
    case maximum(JSON, isExclusive: Bool)
    case multipleOf(Decimal)
    case length(minimum: Int?, maximum: Int?)
    case pattern(TextPattern)
    case format(TextFormat)
    case required([String])
    case memberCount(minimum: Int?, maximum: Int?)
    case dependentRequired([(key: String, names: [String])])
    case elementCount(minimum: Int?, maximum: Int?)
    case unique
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case conditional(Int, then: Int?, otherwise: Int?)
    case dependentSchemas([(key: String, node: Int)])
    case members([String: Int], patterns: [(pattern: TextPattern, node: Int)], others: Int?)
    case names(Int)
    case elements([Int], others: Int?)
    case contains(Int, minimum: Int, maximum: Int?)
    case reference(Int)
    /// The anchor's name, and the node when nothing around has the anchor.
    case dynamicReference(String, Int)
    case otherMembers(Int)
    case otherElements(Int)
}
