/// An answer of an outside server, whatever its status.
public struct HTTPClientResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The header lines.
    public let headers: HTTPHeaders
    /// The whole body.
    public let body: [UInt8]

    /// An answer; tests make their own.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// Whether the status is 200 … 299.
    public var isSuccess: Bool { (200...299).contains(status) }
    /// The body as text; what is no UTF-8 is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
