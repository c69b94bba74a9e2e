/// A document that no text can be had from.
public struct DocumentTextError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why there is no text.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Nothing here reads this kind of document.
        case unsupportedType
        /// The bytes are not what the type says, or are damaged.
        case unreadable
        /// It was read, but holds no text (a scan, perhaps).
        case empty
        /// Reading took too long or made too much text.
        case limitExceeded
        /// The reading program is missing or could not be started.
        case readerUnavailable
    }

    /// Why there is no text.
    public var code: Code
    /// One sentence that holds nothing of the document.
    public var description: String
    /// Whether another try may succeed with the same bytes.
    public var isRetriable: Bool { code == .readerUnavailable }

    /// A failure with its sentence.
    public init(_ code: Code, _ description: String) { (self.code, self.description) = (code, description) }
}
