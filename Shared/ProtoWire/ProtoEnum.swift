/// A generated enumeration. It is open: a number that it does not name is kept and written back.
public protocol ProtoEnum: Sendable, Hashable {
    /// The value of a number; one that is not named is kept as such.
    init(protoValue: Int32)
    /// The number.
    var protoValue: Int32 { get }
}
