import Core

/// The formats that can be checked.
enum TextFormat: String, Sendable, CaseIterable {
    case dateTime = "date-time"
    case date, time, duration, email, hostname, ipv4, ipv6, uri, uuid, regex
    case uriReference = "uri-reference"
    case uriTemplate = "uri-template"
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"

    /// Formats of the standard that cannot.
    static let unsupported: Set<String> = ["idn-email", "idn-hostname", "iri", "iri-reference"]

    /// Whether the text is of the format.
    func allows(_ text: String) -> Bool {
        switch self {
        case .dateTime:
            let at = text.utf8.firstIndex { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t") }
            guard let at else { return false }
            return TimeText.isDate(text[..<at]) && TimeText.isTime(text[text.utf8.index(after: at)...])
        case .date: return TimeText.isDate(text[...])
        case .time: return TimeText.isTime(text[...])
        case .duration: return TimeText.isDuration(text)
        case .email: return HostText.isEmail(text)
        case .hostname: return HostText.isName(text[...])
        case .ipv4: return HostText.isIPv4(text[...])
        case .ipv6: return HostText.isIPv6(text[...])
        case .uri: return ResourceLocator(text).scheme != nil && URIText.isReference(text)
        case .uriReference: return URIText.isReference(text)
        case .uriTemplate: return URIText.isTemplate(text)
        case .uuid: return Self.isUUID(text)
        case .regex: return (try? TextPattern(text)) != nil
        case .jsonPointer: return Self.isPointer(text[...])
        case .relativeJSONPointer:
            let digits = text.prefix { ("0"..."9").contains($0) }
            guard !digits.isEmpty, digits == "0" || !digits.hasPrefix("0") else { return false }
            let rest = text[digits.endIndex...]
            return rest == "#" || Self.isPointer(rest)
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.utf8.allSatisfy(isHex) }
    }

    static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func isPointer(_ text: Substring) -> Bool {
        guard text.isEmpty || text.hasPrefix("/") else { return false }
        return text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
    }
}
