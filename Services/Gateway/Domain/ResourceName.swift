/// The form of the names of namespaces, workflows, indexes and policies.
public enum ResourceName {
    /// A DNS label: lower-case letters, digits and hyphens, at most 63, a letter or digit at both ends.
    public static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return false
        }
        return bytes.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
    }

    /// Labels joined by slashes, such as `claims/assess`.
    public static func isPath(_ text: String) -> Bool {
        text.count <= 200
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
    }
}
