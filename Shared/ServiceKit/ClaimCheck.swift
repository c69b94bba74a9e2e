public import Contracts
public import Core
public import ObjectStore

/// Values on their way through messages: in line when small, else in the object store with their digest in the message.
public struct ClaimCheck: Sendable {
    private let objects: any ObjectStore

    /// Over a store that sender and receiver share.
    public init(objects: any ObjectStore) { self.objects = objects }

    /// The payload of a value; one over 64 KiB is stored first. Storing one that no message mentions in the end is
    /// harmless. Throws what the store throws.
    public func payload(_ value: JSON) async throws -> CoreV1.Payload {
        let bytes = value.bytes()
        guard bytes.count > CoreV1.Payload.inlineLimit else { return CoreV1.Payload(form: .json(bytes)) }
        let digest = try await objects.put(bytes, contentType: "application/json")
        return CoreV1.Payload(
            blob: CoreV1.Blob(digest: digest, sizeBytes: Int64(bytes.count), contentType: "application/json"))
    }

    /// The value of a payload, fetched if need be; no payload is `null`. Throws `PayloadError.malformed` when it is not
    /// JSON, and what the store throws.
    public func value(_ payload: CoreV1.Payload?) async throws -> JSON {
        guard let payload else { return .null }
        guard let blob = payload.blob else { return try payload.json() }
        let bytes = try await objects.get(blob.digest)
        do { return try JSON(parsing: bytes) } catch { throw PayloadError.malformed }
    }
}
