public import Core

extension CoreV1.Payload {
    /// Values of more bytes than this travel as a claim check.
    public static let inlineLimit = 64 * 1024

    /// A value in line, whatever its size.
    public init(json: JSON) { self.init(form: .json(json.bytes())) }

    /// A claim check on an object whose content is JSON.
    public init(blob: CoreV1.Blob) { self.init(form: .blob(blob)) }

    /// The value; an empty payload is `null`. Throws `claimCheck` when it is not in line.
    public func json() throws(PayloadError) -> JSON {
        switch form {
        case nil: return .null
        case .blob(let blob): throw .claimCheck(digest: blob.digest)
        case .json(let bytes):
            guard let value = try? JSON(parsing: bytes) else { throw .malformed }
            return value
        }
    }

    /// The claim check, if it is one.
    public var blob: CoreV1.Blob? { if case .blob(let blob) = form { blob } else { nil } }
}
