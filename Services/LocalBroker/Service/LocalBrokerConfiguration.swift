/// How a broker is to run.
public struct LocalBrokerConfiguration: Equatable, Sendable {
    /// The folder that everything is kept in; made if it does not exist.
    public var dataFolder: String
    /// A numeric IPv4 address or `localhost`.
    public var host = "127.0.0.1"
    /// 0 for any free port.
    public var port: UInt16 = 9092
    /// What clients are told to connect to; nil for the address that they came by.
    public var advertisedHost: String?
    /// The port to go with it.
    public var advertisedPort: UInt16?
    /// Partitions of a topic that is created without saying how many.
    public var partitions = 1
    /// Whether asking about an unknown topic makes it.
    public var createsTopics = false
    /// Milliseconds between two looks for old segments.
    public var retentionInterval: Int64 = 30_000
    /// Milliseconds that a group's first rebalance waits for more members.
    public var initialRebalanceDelay: Int64 = 100
    /// Segment files that may be open at once.
    public var openFiles = 256
    /// Bytes of each of the journal's two segments; 0 for none.
    public var journalSegmentBytes = 16 << 20
    /// Bytes of the largest request.
    public var maxRequestBytes = 100 << 20

    /// The defaults, on a folder.
    public init(dataFolder: String) { self.dataFolder = dataFolder }
}
