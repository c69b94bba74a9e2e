/// A header of a record. Names may repeat; the last counts.
public struct KafkaHeader: Sendable, Hashable {
    /// Its name, case-sensitive.
    public var name: String
    /// Its value; a header without one is empty here.
    public var value: [UInt8]

    /// A header with a value of bytes.
    public init(_ name: String, _ value: [UInt8]) { (self.name, self.value) = (name, value) }

    /// A header with a value of text.
    public init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
}
