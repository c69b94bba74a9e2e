import ObjectStore
import Workflow

/// What ties an event to others, as one text that fits into an index: Postgres refuses entries of more than a third of a
/// page.
enum EventKey {
    private static let longest = 1_000

    /// The text of `keys`, or its digest where it is long; nil when there are none.
    static func text(_ keys: [String: String]) -> String? {
        guard let text = EventFilter.joined(keys) else { return nil }
        let bytes = Array(text.utf8)
        return bytes.count <= longest ? text : "sha256/" + SHA256Digest.hex(SHA256Digest.hash(bytes))
    }
}
