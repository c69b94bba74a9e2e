/// URIs by RFC 3986 and templates by RFC 6570.
enum URIText {
    private static let allowed = Set("!#$&'()*+,-./:;=?@[]_~%".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || allowed.contains(byte)
    }

    static func isReference(_ text: String) -> Bool {
        guard text.utf8.allSatisfy(isAllowed), areEscapesWhole(text) else { return false }
        let parts = ResourceLocator(text)
        if let fragment = parts.fragment, fragment.contains("#") { return false }
        if let first = parts.scheme?.utf8.first, !((65...90).contains(first) || (97...122).contains(first)) {
            return false
        }
        // Without a scheme, a colon in the first step would look like one.
        if parts.scheme == nil, parts.authority == nil,
            parts.path.prefix(while: { $0 != "/" }).contains(":")
        {
            return false
        }
        if parts.path.contains("[") || parts.path.contains("]") { return false }
        return parts.authority.map(isAuthority) ?? true
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        let at = text.lastIndex(of: "@")
        if let at, text[..<at].contains(where: { "@[]".contains($0) }) { return false }
        let place = at.map { text[text.index(after: $0)...] } ?? text
        var port = place
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]"),
                HostText.isIPv6(place[place.index(after: place.startIndex)..<end])
            else { return false }
            port = place[place.index(after: end)...]
        } else {
            if place.contains("[") || place.contains("]") { return false }
            port = place.firstIndex(of: ":").map { place[$0...] } ?? ""
        }
        return port.isEmpty || port.hasPrefix(":") && port.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func areEscapesWhole(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.utf8.count >= 2 && part.utf8.prefix(2).allSatisfy(TextFormat.isHex)
        }
    }

    static func isTemplate(_ text: String) -> Bool {
        var isOpen = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "{":
                if isOpen { return false }
                isOpen = true
            case "}":
                if !isOpen { return false }
                isOpen = false
            case " ", "\"", "<", ">", "\\", "^", "`", "|": return false
            default: if scalar.value < 0x20 || scalar.value == 0x7f { return false }
            }
        }
        return !isOpen
    }
}
