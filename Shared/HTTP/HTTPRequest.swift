/// A request as the server hands it on: complete, within the limits, its target decoded.
public struct HTTPRequest: Sendable {
    /// In upper case, such as `GET`.
    public var method: String
    /// Where it is aimed.
    public var target: HTTPTarget
    /// The header lines.
    public var headers: HTTPHeaders
    /// The whole body, decoded from chunks.
    public var body: [UInt8]
    /// The peer's address without the port; of a proxy, when one stands in front.
    public var remoteAddress: String
    /// What the route's `{names}` matched; set by the router.
    public var parameters: [String: String] = [:]

    /// A request; tests and adapters make their own.
    public init(
        method: String, target: HTTPTarget, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        remoteAddress: String = ""
    ) {
        (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
        self.remoteAddress = remoteAddress
    }

    /// The decoded path, such as `/v1/executions/a b`.
    public var path: String { target.path }
    /// The query's first value of each name.
    public func query(_ name: String) -> String? { target.query.first { $0.name == name }?.value }
}
