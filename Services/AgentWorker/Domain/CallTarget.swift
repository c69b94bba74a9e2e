public import Core

/// What a task calls, as far as its arguments tell and people may see it.
public struct CallTarget: Sendable, Hashable {
    /// `http`, `mcp`, `shell` …
    public var function: String
    /// In upper case; empty when it is not known.
    public var method: String
    /// In lower case, with the port if there is one; empty when it is not known.
    public var host: String
    /// Without the query, which may hold secrets; empty when it is not known.
    public var path: String

    /// Reads the arguments of a call: those of `http` say all, those of other functions at most the host.
    public init(_ function: String, _ arguments: JSON) {
        self.function = function
        method = function == "http" ? (arguments["method"]?.string ?? "").uppercased() : ""
        let places = [
            arguments["endpoint"], arguments["document"]?["endpoint"], arguments["server"],
            arguments["transport"]?["http"]?["endpoint"],
        ]
        let uri = places.lazy.compactMap { $0?.string ?? $0?["uri"]?.string }.first ?? ""
        // No scheme holds a colon.
        guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")), uri.utf8[colon...].starts(with: "://".utf8) else {
            (host, path) = ("", "")
            return
        }
        let rest = uri[uri.utf8.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { !"/?#".contains($0) }
        host = String(authority.split(separator: "@").last ?? "").lowercased()
        let whole = rest.dropFirst(authority.count).prefix { !"?#".contains($0) }
        path = function == "http" ? String(whole) : ""
    }

    /// For people: `POST mail.example.com/send`.
    public var text: String {
        let place = host + path
        return [method.isEmpty ? function : method, place].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
