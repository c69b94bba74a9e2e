import Core
import ObjectStore

/// An object store in memory that is away now and then.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class SimulatedObjects: ObjectStore, @unchecked Sendable {
    private let sins: Sins
    private let broker: SimulatedBroker
    private let shelf: Shelf
    private let scope: String

    private final class Shelf { var blobs: [String: [UInt8]] = [:] }

    convenience init(_ sins: Sins, _ broker: SimulatedBroker) { self.init(sins, broker, Shelf(), scope: "") }

    private init(_ sins: Sins, _ broker: SimulatedBroker, _ shelf: Shelf, scope: String) {
        (self.sins, self.broker, self.shelf, self.scope) = (sins, broker, shelf, scope)
    }

    func scoped(to tenant: String) -> SimulatedObjects {
        SimulatedObjects(sins, broker, shelf, scope: tenant + "/")
    }

    private func reach() async throws(ObjectStoreError) {
        await broker.pass(.microseconds(300))
        if sins.strikes(.objectsAway, at: "objects") { throw ObjectStoreError(.unavailable, "simulated") }
    }

    func put(_ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) -> String {
        try await reach()
        let digest = ContentDigest.hex(of: bytes)
        shelf.blobs[scope + digest] = bytes
        return digest
    }

    func get(_ digest: String) async throws(ObjectStoreError) -> [UInt8] {
        try await reach()
        guard let bytes = shelf.blobs[scope + digest] else { throw ObjectStoreError(.notFound, digest) }
        return bytes
    }

    func exists(_ digest: String) async throws(ObjectStoreError) -> Bool {
        try await reach()
        return shelf.blobs[scope + digest] != nil
    }

    func delete(_ digest: String) async throws(ObjectStoreError) {
        shelf.blobs[scope + digest] = nil
    }
}
