/// A field as its schema tells of it: what reads and writes messages of any type goes by these.
public struct ProtoField: Sendable {
    /// What a field holds.
    public indirect enum Kind: Sendable {
        /// A number of this type.
        case double, float, int32, int64, uint32, uint64, sint32, sint64, fixed32, fixed64, sfixed32, sfixed64
        /// `bool`
        case bool
        /// `string`
        case string
        /// `bytes`
        case bytes
        /// An enumeration: its numbers and names, in the schema's order.
        case enumeration([(number: Int32, name: String)])
        /// An embedded message.
        case message(any ProtoMessage.Type)
        /// A map.
        case map(key: Kind, value: Kind)
    }

    /// The name in the schema, such as `task_id`.
    public let name: String
    /// The number.
    public let number: Int
    /// What one value is.
    public let kind: Kind
    /// Whether there may be several values; not set for maps.
    public let isRepeated: Bool

    /// A field of its parts.
    public init(_ name: String, _ number: Int, _ kind: Kind, isRepeated: Bool = false) {
        (self.name, self.number, self.kind, self.isRepeated) = (name, number, kind, isRepeated)
    }
}
