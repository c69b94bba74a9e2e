/// URI references by RFC 3986, as far as schemas name each other.
struct ResourceLocator {
    var scheme: Substring?
    var authority: Substring?
    var path: Substring
    var query: Substring?
    var fragment: Substring?

    init(_ text: String) {
        var rest = text[...]
        if let at = rest.firstIndex(of: "#") {
            fragment = rest[rest.index(after: at)...]
            rest = rest[..<at]
        }
        if let at = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: at)...]
            rest = rest[..<at]
        }
        if let at = rest.firstIndex(of: ":"), at != rest.startIndex, rest[..<at].utf8.allSatisfy(Self.isScheme) {
            scheme = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasPrefix("//") {
            let after = rest.dropFirst(2)
            let end = after.firstIndex(of: "/") ?? after.endIndex
            authority = after[..<end]
            rest = after[end...]
        }
        path = rest
    }

    private static func isScheme(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || "+-.".utf8.contains(byte)
    }

    /// The text without the fragment.
    var absolute: String {
        (scheme.map { "\($0):" } ?? "") + (authority.map { "//\($0)" } ?? "") + path + (query.map { "?\($0)" } ?? "")
    }

    /// The reference read from the place `self`.
    func resolve(_ reference: ResourceLocator) -> ResourceLocator {
        var result = reference
        if reference.scheme != nil { return result }
        result.scheme = scheme
        if reference.authority != nil { return result }
        result.authority = authority
        if reference.path.isEmpty {
            result.path = path
            if reference.query == nil { result.query = query }
        } else if !reference.path.hasPrefix("/") {
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? (authority == nil ? "" : "/")
            result.path = Self.withoutDots(folder + reference.path)
        } else {
            result.path = Self.withoutDots(reference.path)
        }
        return result
    }

    private static func withoutDots(_ path: Substring) -> Substring {
        guard path.contains(".") else { return path }
        var kept: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (position, part) in parts.enumerated() {
            let isLast = position == parts.count - 1
            if part == ".." {
                if kept.count > 1 { kept.removeLast() }
                if isLast { kept.append("") }
            } else if part != "." {
                kept.append(part)
            } else if isLast {
                kept.append("")
            }
        }
        return kept.joined(separator: "/")[...]
    }

    /// The fragment with its percent signs read.
    var plainFragment: String? {
        guard let fragment else { return nil }
        guard fragment.contains("%") else { return String(fragment) }
        let bytes = Array(fragment.utf8)
        var (out, at) = ([UInt8](), 0)
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                out.append(byte)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
