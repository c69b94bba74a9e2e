import Core
import Synchronization

/// Documents that describe services, kept for a while.
final class DocumentCache: Sendable {
    /// Who asks for what: a document behind credentials is not given to others.
    struct Key: Sendable, Hashable {
        let url: String
        let credentials: Credentials
    }

    private struct Entry {
        var document: JSON
        var expires: Instant
    }

    /// More than this are not kept.
    private static let largest = 200

    private let entries = Mutex<[Key: Entry]>([:])

    func find(_ key: Key, at now: Instant) -> JSON? {
        entries.withLock { entries in
            guard let entry = entries[key], entry.expires > now else { return nil }
            return entry.document
        }
    }

    func keep(_ document: JSON, for key: Key, until expires: Instant, now: Instant) {
        entries.withLock { entries in
            if entries.count >= Self.largest { entries = entries.filter { $0.value.expires > now } }
            if entries.count < Self.largest { entries[key] = Entry(document: document, expires: expires) }
        }
    }
}
