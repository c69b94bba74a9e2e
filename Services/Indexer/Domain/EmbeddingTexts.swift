public import Core

/// Texts whose vectors are asked for, checked.
public struct EmbeddingTexts: Sendable, Hashable {
    /// The most texts of one request.
    public static let most = 2048
    /// The most bytes of all texts of one request.
    public static let mostBytes = 4 << 20
    /// The most numbers of all vectors of one request.
    public static let mostNumbers = 4_000_000
    /// Texts that are embedded by one call of a model.
    static let width = 64

    /// The texts.
    public let list: [String]

    /// Checks what came in. Throws a validation fault.
    public init(_ value: JSON) throws(Fault) {
        guard let elements = value.array else { throw Self.bad("a list of texts, found \(value.kind)") }
        guard elements.count <= Self.most else {
            throw Self.bad("at most \(Self.most) texts, found \(elements.count)")
        }
        list = elements.compactMap(\.string)
        guard list.count == elements.count else { throw Self.bad("texts only") }
        let bytes = list.reduce(0) { $0 + $1.utf8.count }
        guard bytes <= Self.mostBytes else { throw Self.bad("at most \(Self.mostBytes) bytes, found \(bytes)") }
    }

    /// The texts call by call.
    public var parts: [[String]] {
        stride(from: 0, to: list.count, by: Self.width).map { Array(list[$0..<min($0 + Self.width, list.count)]) }
    }

    /// Checks that the vectors, of so many numbers each, are not too much to hold. Throws a validation fault.
    public func checkSize(dimensions: Int) throws(Fault) {
        guard list.count * dimensions <= Self.mostNumbers else {
            throw Self.bad(
                "at most \(Self.mostNumbers) numbers in all vectors, found \(list.count) texts × \(dimensions)")
        }
    }

    private static func bad(_ expected: String) -> Fault {
        Fault(.validation, detail: "RX0004: texts: expected \(expected)")
    }
}
