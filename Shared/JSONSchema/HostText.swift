/// Names and addresses of hosts, and mail addresses.
enum HostText {
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    static func isName(_ text: Substring) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            let bytes = Array(label.utf8)
            guard (1...63).contains(bytes.count), isAlphanumeric(bytes[0]), isAlphanumeric(bytes[bytes.count - 1]),
                bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
            else { return false }
            // Two hyphens there mark an encoded name, which is not looked into.
            return bytes.count < 4 || bytes[2] != UInt8(ascii: "-") || bytes[3] != UInt8(ascii: "-")
                || label.lowercased().hasPrefix("xn--") && bytes.count > 4
        }
    }

    static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
                    && (part == "0" || !part.hasPrefix("0")) && (Int(part) ?? 256) < 256
            }
    }

    static func isIPv6(_ text: Substring) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        var wanted = 8
        if let last = groups.last, last.contains(".") {
            guard isIPv4(last) else { return false }
            groups.removeLast()
            wanted = 6
            if groups.last?.isEmpty == true, groups.count > 1, text.dropLast(last.count).hasSuffix("::") {
                // What the address follows ends with the gap.
                groups.append("")
            }
        }
        if text.hasPrefix(":") {
            guard text.hasPrefix("::") else { return false }
            groups.removeFirst()
        }
        if wanted == 8, text.hasSuffix(":") {
            guard text.hasSuffix("::") else { return false }
            groups.removeLast()
        } else if wanted == 6, groups.count > 1, groups.last?.isEmpty == true,
            groups[groups.count - 2].isEmpty
        {
            groups.removeLast()
        }
        let gaps = groups.filter(\.isEmpty).count
        guard gaps <= 1,
            groups.allSatisfy({ $0.isEmpty || $0.utf8.count <= 4 && $0.utf8.allSatisfy(TextFormat.isHex) })
        else { return false }
        return gaps == 1 ? groups.count - 1 < wanted : groups.count == wanted
    }

    static func isEmail(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        let (local, host) = (text[..<at], text[text.index(after: at)...])
        guard !local.isEmpty, local.utf8.count <= 64 else { return false }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            guard isIPv4(inner) || inner.hasPrefix("IPv6:") && isIPv6(inner.dropFirst(5)) else { return false }
        } else if !isName(host) {
            return false
        }
        if local.hasPrefix("\""), local.hasSuffix("\""), local.utf8.count >= 2 {
            return !local.dropFirst().dropLast().contains("\"")
        }
        return local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
        }
    }
}
