public import Core

/// A message that will never be taken: it goes to the dead letters, and its partition moves on.
public struct Poison: Error, Sendable {
    /// Where the message stands.
    public let topic: Topic
    /// Its partition.
    public let partition: Int32
    /// Its offset.
    public let offset: Int64
    /// The page that tells what to do.
    public let code: ErrorCode
    /// One sentence; holds nothing of the content.
    public let cause: String

    /// `message` is poison because of `cause`.
    public init(_ message: Inbound, _ code: ErrorCode, _ cause: String) {
        (topic, partition, offset) = (message.topic, message.partition, message.offset)
        (self.code, self.cause) = (code, cause)
    }
}
