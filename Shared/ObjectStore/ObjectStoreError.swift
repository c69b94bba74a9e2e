public import Core

/// Why a blob could not be stored or had. Holds no keys and no content.
public struct ObjectStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds.
    public enum Kind: String, Sendable, Hashable {
        /// The URL of the store or its credentials are unusable.
        case configuration
        /// The text is no SHA-256 digest.
        case badDigest
        /// There is no such blob.
        case notFound
        /// The stored bytes are not those of the digest.
        case corrupt
        /// The store refused the credentials.
        case denied
        /// The store cannot be reached or failed; trying again may help.
        case unavailable
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// Which blob or store, and what happened.
    public let detail: String

    /// A failure.
    public init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }

    /// The operator-facing code.
    public var code: ErrorCode {
        switch kind {
        case .configuration: "OB0001"
        case .badDigest: "OB0002"
        case .notFound: "OB0003"
        case .corrupt: "OB0004"
        case .denied: "OB0005"
        case .unavailable: "OB0006"
        }
    }

    /// Whether trying again may help.
    public var isTransient: Bool { kind == .unavailable }

    /// `OB0003 notFound: …`
    public var description: String { "\(code) \(kind.rawValue): \(detail)" }
}
