import Contracts
import Core
import ObjectStore
import OrchestratorDomain

/// Values on their way through messages: in line when small, else in the object store.
struct ClaimCheck: Sendable {
    let objects: any ObjectStore

    /// The value of a payload, fetched if need be. Throws `UnreadableMessage` when there is none to be had.
    func json(_ payload: CoreV1.Payload?) async throws -> JSON {
        guard let payload else { return .null }
        do {
            return try payload.json()
        } catch {
            switch error {
            case .malformed: throw UnreadableMessage(code: .unreadableMessage, cause: "a payload is not JSON")
            case .claimCheck(let digest): return try await fetch(digest)
            }
        }
    }

    /// The payload of a value; a large one is stored first. One that no message mentions in the end does no harm.
    func payload(_ value: JSON) async throws -> CoreV1.Payload {
        let bytes = value.bytes()
        guard bytes.count > CoreV1.Payload.inlineLimit else { return CoreV1.Payload(form: .json(bytes)) }
        return CoreV1.Payload(
            blob: CoreV1.Blob(
                digest: try await store(bytes), sizeBytes: Int64(bytes.count), contentType: "application/json"))
    }

    /// An output as outside systems are told of it.
    enum Served {
        /// Its JSON.
        case inline([UInt8])
        /// Where the gateway serves it.
        case address(String)
    }

    /// How an output is told: in line when small, else stored. Nil for none.
    func served(_ output: JSON?, tenant: String) async throws -> Served? {
        guard let output else { return nil }
        let bytes = output.bytes()
        guard bytes.count > CoreV1.Payload.inlineLimit else { return .inline(bytes) }
        return .address(ServedOutput.address(of: try await store(ServedOutput(tenant: tenant, value: output).bytes)))
    }

    private func store(_ bytes: [UInt8]) async throws -> String {
        do throws(ObjectStoreError) {
            return try await objects.put(bytes, contentType: "application/json")
        } catch {
            throw StoreUnavailable(cause: error)
        }
    }

    private func fetch(_ digest: String) async throws -> JSON {
        let bytes: [UInt8]
        do throws(ObjectStoreError) {
            bytes = try await objects.get(digest)
        } catch {
            guard error.kind == .notFound || error.kind == .corrupt || error.kind == .badDigest else {
                throw StoreUnavailable(cause: error)
            }
            throw UnreadableMessage(code: .missingObject, cause: "\(error)")
        }
        guard let value = try? JSON(parsing: bytes) else {
            throw UnreadableMessage(code: .missingObject, cause: "object \(digest) is not JSON")
        }
        return value
    }
}
