public import Core

/// Which server, and how long to wait for it.
public struct RedisConfiguration: Sendable {
    /// The server's name or address.
    public var host: String
    /// Its port.
    public var port: Int
    /// The user, where the server knows users.
    public var user: String?
    /// The password, if it wants one.
    public var password: String?
    /// The number of the database.
    public var database = 0
    /// How long connecting, and any one answer, may take.
    public var timeout: Duration = .milliseconds(500)
    /// How long after a failed connect the next one is tried; meanwhile commands fail at once.
    public var backoff = RetryPolicy(base: .milliseconds(50), cap: .seconds(5))

    /// Reads `redis://[user:password@]host[:port][/database]`. Percent-encoding is understood in user and password.
    public init(url: String) throws(RedisError) {
        guard url.hasPrefix("redis://") else { throw RedisError(.badURL, "expected redis://host:port/database") }
        var rest = url.dropFirst("redis://".count)
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            rest = rest[rest.index(after: at)...]
            user = login.first.flatMap { $0.isEmpty ? nil : Self.decoded($0) }
            password = login.count > 1 ? Self.decoded(login[1]) : nil
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1, !parts[1].isEmpty {
            guard let number = Int(parts[1]), number >= 0 else { throw RedisError(.badURL, "the database is a number") }
            database = number
        }
        let address = parts.first ?? ""
        let colon = address.lastIndex(of: ":")
        let name = colon.map { address[..<$0] } ?? address
        let number = colon.map { Int(address[address.index(after: $0)...]) } ?? 6379
        guard let number, (1...65535).contains(number), !name.isEmpty else {
            throw RedisError(.badURL, "expected redis://host:port/database")
        }
        (host, port) = (String(name), number)
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
