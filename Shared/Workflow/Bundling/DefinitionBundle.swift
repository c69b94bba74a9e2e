import Core

/// A definition into which the documents that it refers to are put, so that what is registered is complete, and stays
/// what it is whatever becomes of the addresses. Functions go to `use.functions`, under the names by which they are
/// called; schemas take the place of their `resource`. `document.metadata.bundle` tells where each came from, with the
/// SHA-256 of what was fetched.
public struct DefinitionBundle: Sendable {
    /// The most documents that one definition may refer to, directly and by its functions.
    public static let most = 64
    /// In how many places they may be put.
    public static let mostPlaces = 1024
    /// How long they may be together, in bytes, each as often as it is put somewhere.
    public static let mostBytes = 8 << 20

    /// Without the record of what was put into it.
    private var bare: DefinitionSource
    private var record: [JSON] = []
    private var bytes = 0
    /// What was parsed already, by URL.
    private var parsed: [String: JSON] = [:]

    /// A definition that nothing was put into yet.
    public init(_ source: DefinitionSource) { bare = source }

    /// The definition so far, with the positions of the text that it began as.
    public var source: DefinitionSource {
        if record.isEmpty { return bare }
        var source = bare
        let path = ["document", "metadata", "bundle"]
        let known = JSONPointer(path).resolve(in: bare.document)?.array ?? []
        source.document = bare.document.replacing(path[...], by: .array(known + record))
        return source
    }

    /// What has to be fetched next, in the order of the document; what is fetched may need more. Empty when the
    /// definition is complete, or refers only to what cannot be fetched: the linter then tells what and where.
    public var needs: [OutsideDocument] { OutsideDocument.needs(of: bare.document) }

    /// Puts a document in place. Throws a fault when it is not what it should be, or too much.
    public mutating func place(
        _ need: OutsideDocument, _ bytes: [UInt8], sha256: String
    ) throws(DefinitionFaults) {
        self.bytes += bytes.count
        guard record.count < Self.mostPlaces, self.bytes <= Self.mostBytes else {
            throw DefinitionFaults([
                fault(
                    need, found: "more documents from elsewhere than there may be",
                    expected: "at most \(Self.mostPlaces) places for them, and \(Self.mostBytes) bytes in all")
            ])
        }
        let content = try content(need, bytes)
        switch need.use {
        case .function:
            guard DefinitionDecoder.kinds.contains(where: { content[$0] != nil }) else {
                throw DefinitionFaults([fault(need, found: "\(need.url), which is no task", expected: "a task")])
            }
            put(content, at: need.place.tokens)
            note(need, need.place, sha256)
        case .schema:
            guard var schema = need.place.resolve(in: bare.document)?.object else { return }
            schema["resource"] = nil
            schema["document"] = content
            put(.object(schema), at: need.place.tokens)
            note(need, need.place.appending("document"), sha256)
        }
    }

    private mutating func put(_ value: JSON, at place: [String]) {
        bare.document = bare.document.replacing(place[...], by: value)
    }

    private mutating func content(_ need: OutsideDocument, _ bytes: [UInt8]) throws(DefinitionFaults) -> JSON {
        if let known = parsed[need.url] { return known }
        do {
            let content = try DefinitionSource(parsing: bytes).document
            parsed[need.url] = content
            return content
        } catch {
            throw DefinitionFaults([fault(need, found: "\(need.url), which is no document: \(error.list[0])")])
        }
    }

    private mutating func note(_ need: OutsideDocument, _ place: JSONPointer, _ sha256: String) {
        record.append([
            "pointer": .string(place.description), "origin": .string(need.url), "sha256": .string(sha256),
        ])
    }

    /// What to tell when a document cannot be had.
    public func fault(
        _ need: OutsideDocument, found: String, expected: String = "a document that can be fetched", hint: String? = nil
    ) -> DefinitionFault {
        var decoder = DefinitionDecoder(positions: bare.positions)
        decoder.fail(.configuration, need.pointer, found: found, expected: expected, hint: hint)
        return decoder.faults[0]
    }
}
