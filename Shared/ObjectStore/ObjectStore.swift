/// Where blobs lie, addressed by their content: the SHA-256 in lower-case hex, stored under the key `sha256/<digest>`.
/// Putting the same bytes twice changes nothing. Throws `ObjectStoreError`.
public protocol ObjectStore: Sendable {
    /// The same store for what is one tenant's own, under `tenants/<SHA-256 of its name>/<digest>`: whoever knows a
    /// digest, and is someone else, finds nothing there.
    func scoped(to tenant: String) -> Self
    /// Stores the bytes, durably once it returns, and gives their digest. The content type is for other readers of the
    /// store; `get` does not tell it.
    func put(_ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) -> String
    /// The bytes of the digest, checked against it. Takes `<digest>` and `sha256/<digest>`.
    func get(_ digest: String) async throws(ObjectStoreError) -> [UInt8]
    /// Whether the blob is there; does not check its bytes.
    func exists(_ digest: String) async throws(ObjectStoreError) -> Bool
    /// Removes the blob; one that is not there is fine.
    func delete(_ digest: String) async throws(ObjectStoreError)
}
