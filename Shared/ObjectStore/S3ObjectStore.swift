public import Core
public import HTTP

/// Blobs in a bucket of any server that speaks S3 (path style).
public struct S3ObjectStore: ObjectStore {
    private let endpoint: String
    private let host: String
    private let bucket: String
    private let signature: AWSSignature
    private let client: ResilientClient
    private let clock: any WallClock
    private var place = "sha256"

    /// A store at `endpoint`, such as `https://s3.eu-central-1.amazonaws.com`; the bucket exists already. Throws
    /// `configuration` when one of them cannot be used.
    public init(
        endpoint: String, bucket: String, region: String, accessKey: String, secretKey: String, client: HTTPClient,
        clock: any WallClock = SystemClock()
    ) throws(ObjectStoreError) {
        guard let location = HTTPLocation(endpoint) else {
            throw ObjectStoreError(.configuration, "the endpoint is no http or https URL")
        }
        let isName = bucket.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
        }
        guard !bucket.isEmpty, isName else {
            throw ObjectStoreError(.configuration, "the bucket's name is malformed: \(bucket)")
        }
        guard !accessKey.isEmpty, !secretKey.isEmpty else {
            throw ObjectStoreError(.configuration, "the access key or the secret key is missing")
        }
        let isUsual = location.port == (location.scheme == "https" ? 443 : 80)
        host = isUsual ? String(location.authority.prefix { $0 != ":" }) : location.authority
        self.endpoint = "\(location.scheme)://\(location.authority)"
        (self.bucket, self.clock) = (bucket, clock)
        signature = AWSSignature(accessKey: accessKey, secretKey: secretKey, region: region)
        self.client = ResilientClient(client, clock: clock)
    }

    /// See the protocol.
    public func scoped(to tenant: String) -> Self {
        var store = self
        store.place = ContentDigest.place(of: tenant)
        return store
    }

    /// See the protocol.
    public func put(_ bytes: [UInt8], contentType: String) async throws(ObjectStoreError) -> String {
        let digest = SHA256Digest.hex(SHA256Digest.hash(bytes))
        let response = try await send("PUT", digest, ["content-type": contentType], body: bytes)
        guard response.isSuccess else { throw failure(response, digest) }
        return digest
    }

    /// See the protocol.
    public func get(_ digest: String) async throws(ObjectStoreError) -> [UInt8] {
        let digest = try SHA256Digest.checked(digest)
        let response = try await send("GET", digest)
        guard response.isSuccess else { throw failure(response, digest) }
        guard SHA256Digest.hex(SHA256Digest.hash(response.body)) == digest else {
            throw ObjectStoreError(.corrupt, "\(place)/\(digest) holds other bytes")
        }
        return response.body
    }

    /// See the protocol.
    public func exists(_ digest: String) async throws(ObjectStoreError) -> Bool {
        let digest = try SHA256Digest.checked(digest)
        let response = try await send("HEAD", digest)
        if response.status == 404 { return false }
        guard response.isSuccess else { throw failure(response, digest) }
        return true
    }

    /// See the protocol.
    public func delete(_ digest: String) async throws(ObjectStoreError) {
        let digest = try SHA256Digest.checked(digest)
        let response = try await send("DELETE", digest)
        guard response.isSuccess || response.status == 404 else { throw failure(response, digest) }
    }

    private func send(
        _ method: String, _ digest: String, _ headers: HTTPHeaders = HTTPHeaders(), body: [UInt8]? = nil
    ) async throws(ObjectStoreError) -> HTTPClientResponse {
        let path = "/\(bucket)/\(place)/\(digest)"
        let bodyDigest = body == nil ? SHA256Digest.hex(SHA256Digest.hash([])) : digest
        let signed = signature.signed(
            method, host: host, path: path, headers: headers, bodyDigest: bodyDigest, at: clock.now())
        var request = HTTPClientRequest(
            method: method, url: endpoint + path, headers: signed, body: body, timeout: .seconds(60))
        request.maxResponseBytes = 256 << 20
        do throws(HTTPClientError) {
            return try await client.send(request)
        } catch {
            throw ObjectStoreError(.unavailable, "the object store did not answer: \(error)")
        }
    }

    private func failure(_ response: HTTPClientResponse, _ digest: String) -> ObjectStoreError {
        switch response.status {
        case 404: ObjectStoreError(.notFound, "there is no \(place)/\(digest)")
        case 401, 403: ObjectStoreError(.denied, "the object store refused the credentials (\(response.status))")
        default: ObjectStoreError(.unavailable, "the object store answered \(response.status)")
        }
    }
}
