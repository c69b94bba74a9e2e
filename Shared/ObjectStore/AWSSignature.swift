import Core
import HTTP

/// AWS Signature Version 4, the header form.
struct AWSSignature {
    let accessKey: String
    let secretKey: String
    let region: String

    /// The headers that sign a request: `headers` with `x-amz-date`, `x-amz-content-sha256` and `authorization`. `path`
    /// is percent-encoded already; there is no query.
    func signed(
        _ method: String, host: String, path: String, headers: HTTPHeaders, bodyDigest: String, at now: Instant
    ) -> HTTPHeaders {
        let stamp = Self.stamp(now)
        var headers = headers
        headers["host"] = host
        headers["x-amz-date"] = stamp
        headers["x-amz-content-sha256"] = bodyDigest
        let fields = headers.fields.sorted { $0.name < $1.name }
        let names = fields.map(\.name).joined(separator: ";")
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        let request = "\(method)\n\(path)\n\n\(lines)\n\(names)\n\(bodyDigest)"
        let scope = "\(stamp.prefix(8))/\(region)/s3/aws4_request"
        let digest = SHA256Digest.hex(SHA256Digest.hash(Array(request.utf8)))
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(digest)"
        var key = Array("AWS4\(secretKey)".utf8)
        for part in [String(stamp.prefix(8)), region, "s3", "aws4_request", text] {
            key = SHA256Digest.authenticate(Array(part.utf8), key: key)
        }
        headers["authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names),"
            + "Signature=\(SHA256Digest.hex(key))"
        return headers
    }

    /// `20130524T000000Z`
    static func stamp(_ instant: Instant) -> String {
        instant.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
