/// What a decoder accepts at most.
public struct ProtoLimits: Sendable, Hashable {
    /// How deep messages (and skipped groups) may be nested.
    public var depth: Int
    /// How many bytes the whole message may have.
    public var length: Int

    /// Limits; by default 64 levels and 64 MiB.
    public init(depth: Int = 64, length: Int = 64 << 20) { (self.depth, self.length) = (depth, length) }
}
