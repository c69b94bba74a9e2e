import Core

/// A definition into which the documents that it refers to are put, so that what is registered is complete, and stays
/// what it is whatever becomes of the addresses. Functions go to `use.functions`, under the names by which they are
/// called; schemas take the place of their `resource`. `document.metadata.bundle` tells where each came from, with the
/// SHA-256 of what was fetched.
public struct DefinitionBundle: Sendable {
    /// The definition so far, with the positions of the text that it began as.
    public private(set) var source: DefinitionSource

    /// The most documents that one definition may refer to, directly and by its functions.
    public static let most = 64

    /// A definition that nothing was put into yet.
    public init(_ source: DefinitionSource) { self.source = source }

    /// What has to be fetched next, in the order of the document; what is fetched may need more. Empty when the
    /// definition is complete, or refers only to what cannot be fetched: the linter then tells what and where.
    public var needs: [OutsideDocument] { OutsideDocument.needs(of: source.document) }

    /// Puts a document in place. Throws a fault when it is not what it should be.
    public mutating func place(
        _ need: OutsideDocument, _ bytes: [UInt8], sha256: String
    ) throws(DefinitionFaults) {
        let content: JSON
        do {
            content = try DefinitionSource(parsing: bytes).document
        } catch {
            throw DefinitionFaults([fault(need, found: "\(need.url), which is no document: \(error.list[0])")])
        }
        switch need.use {
        case .function:
            guard DefinitionDecoder.kinds.contains(where: { content[$0] != nil }) else {
                throw DefinitionFaults([fault(need, found: "\(need.url), which is no task", expected: "a task")])
            }
            source.document = source.document.replacing(need.place.tokens[...], by: content)
            record(need, need.place, sha256)
        case .schema:
            guard var schema = need.place.resolve(in: source.document)?.object else { return }
            schema["resource"] = nil
            schema["document"] = content
            source.document = source.document.replacing(need.place.tokens[...], by: .object(schema))
            record(need, need.place.appending("document"), sha256)
        }
    }

    private mutating func record(_ need: OutsideDocument, _ place: JSONPointer, _ sha256: String) {
        let path = ["document", "metadata", "bundle"]
        let known = JSONPointer(path).resolve(in: source.document)?.array ?? []
        let entry: JSON = [
            "pointer": .string(place.description), "origin": .string(need.url), "sha256": .string(sha256),
        ]
        source.document = source.document.replacing(path[...], by: .array(known + [entry]))
    }

    /// What to tell when a document cannot be had.
    public func fault(
        _ need: OutsideDocument, found: String, expected: String = "a document that can be fetched"
    ) -> DefinitionFault {
        var decoder = DefinitionDecoder(positions: source.positions)
        decoder.fail(.configuration, need.pointer, found: found, expected: expected)
        return decoder.faults[0]
    }
}
