/// Names a request that waits for its answer; the connection it came on and its place there.
public struct GroupTicket: Hashable, Sendable {
    /// The connection it came on.
    public var connection: UInt64
    /// Its place among that connection's requests.
    public var slot: UInt64

    /// The ticket of one request.
    public init(connection: UInt64, slot: UInt64) {
        self.connection = connection
        self.slot = slot
    }
}
