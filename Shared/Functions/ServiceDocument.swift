import Core

/// A document that describes a service, with its references within.
struct ServiceDocument: Sendable {
    /// References inside references; a cycle is cut here.
    private static let deepest = 20

    let root: JSON
    /// Where it came from: what relative addresses in it are relative to.
    let url: String

    /// The value, or what its `$ref` leads to. Only references within the document are followed.
    func resolved(_ value: JSON?) throws(FunctionError) -> JSON? {
        var value = value
        for _ in 0..<Self.deepest {
            guard let reference = value?["$ref"]?.string else { return value }
            guard reference.hasPrefix("#"), let pointer = JSONPointer(String(reference.dropFirst())),
                let target = pointer.resolve(in: root)
            else { throw Self.bad("the reference \(reference.prefix(100)) leads nowhere within the document") }
            value = target
        }
        throw Self.bad("references that lead to one another")
    }

    /// The last step of a reference, or nil.
    static func name(ofReference value: JSON?) -> String? {
        value?["$ref"]?.string.flatMap { JSONPointer(String($0.drop { $0 == "#" }))?.tokens.last }
    }

    static func bad(_ detail: String) -> FunctionError { .nothing(.configuration, .badDocument, detail) }
}
