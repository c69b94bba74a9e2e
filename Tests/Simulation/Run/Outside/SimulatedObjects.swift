import Core
import ObjectStore

/// An object store in memory that is away now and then.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class SimulatedObjects: ObjectStore, @unchecked Sendable {
    private let sins: Sins
    private let broker: SimulatedBroker
    private var blobs: [String: [UInt8]] = [:]

    init(_ sins: Sins, _ broker: SimulatedBroker) { (self.sins, self.broker) = (sins, broker) }

    private func reach() async throws(ObjectStoreError) {
        await broker.pass(.microseconds(300))
        if sins.strikes(.objectsAway, at: "objects") { throw ObjectStoreError(.unavailable, "simulated") }
    }

    func put(_ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) -> String {
        try await reach()
        let digest = ContentDigest.hex(of: bytes)
        blobs[digest] = bytes
        return digest
    }

    func get(_ digest: String) async throws(ObjectStoreError) -> [UInt8] {
        try await reach()
        guard let bytes = blobs[digest] else { throw ObjectStoreError(.notFound, digest) }
        return bytes
    }

    func exists(_ digest: String) async throws(ObjectStoreError) -> Bool {
        try await reach()
        return blobs[digest] != nil
    }

    func delete(_ digest: String) async throws(ObjectStoreError) { blobs[digest] = nil }
}
