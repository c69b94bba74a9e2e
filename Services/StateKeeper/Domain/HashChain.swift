/// The chain that makes a history tamper-evident: each event's hash covers the hash before it.
public struct HashChain: Sendable {
    /// SHA-256, given from outside so that this module needs no library.
    private let digest: @Sendable ([UInt8]) -> [UInt8]

    /// A chain over `digest`, which must always give 32 bytes.
    public init(digest: @escaping @Sendable ([UInt8]) -> [UInt8]) { self.digest = digest }

    /// What the first event's hash covers.
    public static let origin = [UInt8](repeating: 0, count: 32)

    /// The hash of an event: digest(previous hash ‖ sequence as 8 bytes, big end first ‖ message).
    public func link(previous: [UInt8], sequence: Int64, message: [UInt8]) -> [UInt8] {
        precondition(previous.count == 32, "a hash has 32 bytes")
        let number = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> Int64(56 - 8 * $0)) }
        return digest(previous + number + message)
    }
}
