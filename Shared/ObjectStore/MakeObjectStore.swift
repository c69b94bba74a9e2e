public import HTTP

/// The store of a URL: `file:///path`, or `s3://bucket?endpoint=https://host:port&region=name` with its two keys.
/// Without `endpoint` it is Amazon's of the region, `us-east-1` unless given. Throws `configuration`.
public func makeObjectStore(
    _ url: String, accessKey: String? = nil, secretKey: String? = nil, client: HTTPClient
) throws(ObjectStoreError) -> any ObjectStore {
    if url.hasPrefix("file:///") {
        let path = String(url.dropFirst(7))
        guard path.count > 1 else { throw ObjectStoreError(.configuration, "the URL names no folder") }
        return try FolderObjectStore(folder: path)
    }
    guard url.hasPrefix("s3://"), let target = HTTPTarget("/" + url.dropFirst(5)), target.segments.count == 1 else {
        throw ObjectStoreError(
            .configuration, "the URL is neither file:///path nor s3://bucket?endpoint=…&region=…")
    }
    let values = Dictionary(target.query.map { ($0.name, $0.value) }) { first, _ in first }
    if let stranger = values.keys.sorted().first(where: { $0 != "endpoint" && $0 != "region" }) {
        throw ObjectStoreError(.configuration, "the URL has an unknown parameter \(stranger)")
    }
    let region = values["region"] ?? "us-east-1"
    return try S3ObjectStore(
        endpoint: values["endpoint"] ?? "https://s3.\(region).amazonaws.com", bucket: target.segments[0],
        region: region,
        accessKey: accessKey ?? "", secretKey: secretKey ?? "", client: client)
}
