/// A piece of a document that is embedded and found on its own.
public struct Chunk: Sendable, Hashable {
    /// 0, 1, 2 … in the order of the document.
    public var number: Int
    /// The headings above the piece, outermost first; part of what is embedded.
    public var headings: [String]
    /// The piece itself.
    public var text: String

    /// A piece with its place.
    public init(number: Int, headings: [String], text: String) {
        (self.number, self.headings, self.text) = (number, headings, text)
    }

    /// What is embedded and searched: the headings, then the text.
    public var searchText: String { headings.isEmpty ? text : headings.joined(separator: " / ") + "\n" + text }
}
