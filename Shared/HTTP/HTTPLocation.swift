import CCurl

/// Where a URL leads. Read by libcurl itself, so that a check and the transfer cannot disagree on the host.
public struct HTTPLocation: Sendable, Hashable {
    /// `http` or `https`.
    public let scheme: String
    /// In lower case, without brackets.
    public let host: String
    /// As given, or the scheme's own.
    public let port: Int

    private static func hasScheme(_ url: String) -> Bool {
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return url.utf8[colon...].starts(with: "://".utf8)
    }

    /// Reads an absolute URL; nil when it is none, has another scheme, or carries a user name.
    public init?(_ url: String) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }), Self.hasScheme(url),
            curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK
        else { return nil }
        func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), ["http", "https"].contains(scheme),
            var host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty, part(CURLUPART_USER) == nil,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) })
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.hasSuffix(".") { host.removeLast() }
        (self.scheme, self.host, self.port) = (scheme, host, port)
    }

    /// The absolute URL that `reference` means on the page `base` (RFC 3986, 5.2), without its fragment; nil when it is
    /// none of `http` or `https`.
    public static func resolve(_ reference: String, against base: String) -> String? {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, base, 0) == CURLUE_OK,
            curl_url_set(handle, CURLUPART_URL, reference, 0) == CURLUE_OK
        else { return nil }
        curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, CURLUPART_URL, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        let url = String(cString: text)
        return HTTPLocation(url) == nil ? nil : url
    }

    /// `host:port`
    public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
