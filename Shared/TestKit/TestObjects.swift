import Foundation
public import ObjectStore

/// Runs `body` with an object store of its own, whose folder is removed afterwards.
public func withTestObjects<Value>(_ body: (FolderObjectStore) async throws -> Value) async throws -> Value {
    let folder = NSTemporaryDirectory() + "cadenza-objects-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(try FolderObjectStore(folder: folder))
}
