/// A text taken apart into its scalars, so that many searches in it share the work.
public struct PatternText: Sendable {
    let scalars: [UInt32]

    /// Takes time and memory (four bytes a scalar) in proportion to the text.
    public init(_ text: String) { scalars = text.unicodeScalars.map(\.value) }

    /// How many scalars there are.
    public var count: Int { scalars.count }

    /// A part of the text.
    public subscript(range: Range<Int>) -> String {
        var part = String.UnicodeScalarView()
        for value in scalars[range] {
            if let scalar = Unicode.Scalar(value) { part.append(scalar) }
        }
        return String(part)
    }
}
