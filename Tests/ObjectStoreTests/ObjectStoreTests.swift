import Core
import HTTP
import ObjectStore
import Testing

@Suite("Object stores keep what they are given", .timeLimit(.minutes(5)))
struct ObjectStoreTests {
    private static func eachStore(_ body: @escaping @Sendable (any ObjectStore) async throws -> Void) async throws {
        try await withFolder { folder in
            try await body(try FolderObjectStore(folder: folder + "/a/b"))
        }
        try await withS3Server { url in
            try await body(
                try makeObjectStore(url, accessKey: "access", secretKey: "secret", client: HTTPClient()))
        }
    }

    @Test func `bytes come back by their digest`() async throws {
        try await Self.eachStore { store in
            for bytes in [[], [0, 10, 13, 255], [UInt8](repeating: 42, count: 3_000_000)] as [[UInt8]] {
                let digest = try await store.put(bytes, contentType: "application/octet-stream")
                #expect(digest.count == 64)
                #expect(try await store.exists(digest))
                #expect(try await store.get(digest) == bytes)
                #expect(try await store.get("sha256/" + digest) == bytes)
                #expect(try await store.put(bytes, contentType: "text/plain") == digest)
            }
            let empty = try await store.put([], contentType: "text/plain")
            #expect(empty == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        }
    }

    @Test func `what is deleted or was never there is not found`() async throws {
        try await Self.eachStore { store in
            let digest = try await store.put([1, 2, 3], contentType: "text/plain")
            try await store.delete(digest)
            try await store.delete(digest)
            #expect(try await !store.exists(digest))
            let error = await #expect(throws: ObjectStoreError.self) { try await store.get(digest) }
            #expect(error?.kind == .notFound)
        }
    }

    @Test func `what is a tenant's is found by that tenant alone`() async throws {
        try await Self.eachStore { store in
            let (mine, theirs) = (store.scoped(to: "a/../b"), store.scoped(to: "b"))
            let digest = try await mine.put([1, 2, 3], contentType: "text/plain")
            #expect(try await mine.get(digest) == [1, 2, 3])
            for other in [store, theirs] {
                #expect(try await !other.exists(digest))
                let error = await #expect(throws: ObjectStoreError.self) { try await other.get(digest) }
                #expect(error?.kind == .notFound)
                try await other.delete(digest)
            }
            #expect(try await store.put([1, 2, 3], contentType: "text/plain") == digest)
            #expect(try await mine.scoped(to: "a/../b").exists(digest))
            #expect(try await !theirs.exists(digest))
            try await mine.delete(digest)
            #expect(try await !mine.exists(digest))
            #expect(try await store.exists(digest))
        }
    }

    @Test(arguments: [
        "", "../../etc/passwd", "sha256/../x", String(repeating: "g", count: 64), String(repeating: "A", count: 64),
    ])
    func `what is no digest never becomes a path`(_ digest: String) async throws {
        try await withFolder { folder in
            let store = try FolderObjectStore(folder: folder)
            let error = await #expect(throws: ObjectStoreError.self) { try await store.get(digest) }
            #expect(error?.kind == .badDigest)
        }
    }

    @Test func `many writers at once do not disturb each other`() async throws {
        try await Self.eachStore { store in
            // The test's S3 server takes a blob away for a moment while it is written anew; S3 itself does not.
            let blobs = store is FolderObjectStore ? 8 : 40
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let bytes = Array("blob \(number % blobs)".utf8)
                        let digest = try await store.put(bytes, contentType: "text/plain")
                        #expect(try await store.get(digest) == bytes)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a file that was changed on disk is reported, not returned`() async throws {
        try await withFolder { folder in
            let store = try FolderObjectStore(folder: folder)
            let digest = try await store.put(Array("truth".utf8), contentType: "text/plain")
            try overwrite("\(folder)/sha256/\(digest)", with: "lies!")
            let error = await #expect(throws: ObjectStoreError.self) { try await store.get(digest) }
            #expect(error?.kind == .corrupt)
            #expect(try names(in: folder + "/incoming").isEmpty)
        }
    }

    @Test func `a wrong secret is refused by the server, an absent one before it`() async throws {
        try await withS3Server { url in
            let store = try makeObjectStore(url, accessKey: "access", secretKey: "wrong", client: HTTPClient())
            let error = await #expect(throws: ObjectStoreError.self) {
                try await store.put([1], contentType: "text/plain")
            }
            #expect(error?.kind == .denied)
            let absent = #expect(throws: ObjectStoreError.self) { try makeObjectStore(url, client: HTTPClient()) }
            #expect(absent?.kind == .configuration)
        }
    }

    @Test(arguments: [
        "", "file://relative", "file:///", "s3://", "s3://b/c", "s3://b?colour=red", "ftp://x", "s3://B_?",
    ])
    func `a malformed URL is a configuration error`(_ url: String) {
        let error = #expect(throws: ObjectStoreError.self) {
            try makeObjectStore(url, accessKey: "a", secretKey: "b", client: HTTPClient())
        }
        #expect(error?.kind == .configuration)
    }
}
