/// A message of a schema. Generated types conform; fields that a type does not know are skipped.
public protocol ProtoMessage: Sendable, Hashable {
    /// The full name in the schema, such as `cadenza.tasks.v1.RunTask`.
    static var protoName: String { get }
    /// The fields in the schema's order.
    static var protoFields: [ProtoField] { get }
    /// The message with every field at its default.
    init()
    /// Takes in the value that follows `tag`: a single field is replaced, an embedded message merged, a list extended.
    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError)
    /// Writes all fields that are not at their default, in order of their numbers.
    func write(to writer: inout ProtoWriter)
}

extension ProtoMessage {
    /// Reads a message. Whatever the bytes are, it returns or throws.
    public init(protoBytes bytes: [UInt8], limits: ProtoLimits = ProtoLimits()) throws(ProtoError) {
        var reader = try ProtoReader(bytes, limits: limits)
        self.init()
        while let tag = try reader.next() { try merge(tag, from: &reader) }
    }

    /// The message's bytes; equal messages give equal bytes.
    public func protoBytes() -> [UInt8] {
        var writer = ProtoWriter()
        write(to: &writer)
        return writer.bytes
    }
}
