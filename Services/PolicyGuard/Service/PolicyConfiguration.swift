public import Configuration
import Core

/// The settings of this service beyond those of every service.
public struct PolicyConfiguration: Sendable {
    /// Compiled policies kept in memory.
    public var cache: Int

    /// Reads the settings; faults are kept by the reader.
    public init(_ reader: inout ConfigurationReader) {
        cache = reader.int(
            "CADENZA_POLICY_CACHE", in: 1...100_000, default: 1000, help: "Compiled policies kept in memory")
    }
}
