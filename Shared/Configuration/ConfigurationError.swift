/// Everything that is wrong with a configuration, at once.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// The setting.
        public let name: String
        /// What is wrong and what was expected; shows no secret.
        public let problem: String

        /// `CADENZA_X: is missing; expected …`
        public var description: String { "\(name): \(problem)" }
    }

    /// All faults, in the order of reading.
    public let faults: [Fault]

    /// One fault a line.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
