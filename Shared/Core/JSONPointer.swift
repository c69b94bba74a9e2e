/// A path into a JSON value (RFC 6901), such as `/do/0/extract`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The steps from the root, unescaped.
    public var tokens: [String]

    /// The path of these steps; none is the whole value.
    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Reads the text form; nil when it is neither empty nor begins with a slash.
    public init?(_ text: String) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.unescaped)
    }

    /// The text form, escaped.
    public var description: String { tokens.map { "/" + Self.escaped($0) }.joined() }

    /// The path one step further.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The path one step further, into an array.
    public func appending(_ position: Int) -> JSONPointer { appending(String(position)) }

    /// What the path leads to in `value`; nil where it leads nowhere.
    public func resolve(in value: JSON) -> JSON? {
        var current = value
        for token in tokens {
            let next = Int(token).flatMap { current[$0] } ?? current[token]
            guard let next else { return nil }
            current = next
        }
        return current
    }

    private static func escaped(_ token: String) -> String {
        var out = ""
        for character in token {
            switch character {
            case "~": out += "~0"
            case "/": out += "~1"
            default: out.append(character)
            }
        }
        return out
    }

    private static func unescaped(_ token: some StringProtocol) -> String {
        var out = ""
        var tilde = false
        for character in token {
            if tilde {
                out += character == "1" ? "/" : character == "0" ? "~" : "~" + String(character)
                tilde = false
            } else if character == "~" {
                tilde = true
            } else {
                out.append(character)
            }
        }
        return tilde ? out + "~" : out
    }
}
