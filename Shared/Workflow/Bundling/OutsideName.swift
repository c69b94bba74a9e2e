/// The name of a function that stands neither in a document nor in this runtime.
enum OutsideName: Hashable {
    /// A URL.
    case address(String)
    /// `name:version@catalogue`, of another catalogue than `default`.
    case catalogued(name: String, version: String, catalogue: String)

    /// Reads what a call names; nil when it is no such name.
    init?(_ name: String) {
        if Self.isAddress(name) {
            self = .address(name)
            return
        }
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        let named = parts[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[1] != "default", named.count == 2,
            (named + [String(parts[1])]).allSatisfy({ Self.isSegment($0) })
        else { return nil }
        self = .catalogued(name: named[0], version: named[1], catalogue: String(parts[1]))
    }

    /// Whether the name means something that stands elsewhere, rightly spelled or not.
    static func isOutside(_ name: String) -> Bool {
        isAddress(name) || name.contains("@") && !name.hasSuffix("@default")
    }

    static func isAddress(_ name: String) -> Bool { name.contains("://") || name.hasPrefix("file:") }

    /// Whether it may be a part of a path.
    private static func isSegment(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && !text.utf8.contains { $0 <= 0x20 || "/\\?#%".utf8.contains($0) }
    }
}
