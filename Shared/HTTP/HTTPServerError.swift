/// Why a server cannot serve.
public struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds.
    public enum Kind: String, Sendable, Hashable {
        /// The host is no address of this machine, or no address at all.
        case badAddress
        /// The address is taken, or the process may not use it.
        case cannotListen
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// `host:port` and the system's word on it.
    public let description: String
}
