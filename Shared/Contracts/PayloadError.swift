/// Why a payload gives no JSON value. Holds nothing of the payload.
public enum PayloadError: Error, Sendable, Hashable {
    /// The value lies in the object store under `digest`; fetch it first.
    case claimCheck(digest: String)
    /// The bytes are not JSON.
    case malformed
}
