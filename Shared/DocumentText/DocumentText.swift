/// Text out of documents: plain text, Markdown, HTML-free formats as they are, PDF through poppler's `pdftotext`.
public struct DocumentText: Sendable {
    /// Bounds on one extraction.
    public struct Limits: Sendable {
        /// Bytes of text; more is refused.
        public var text = 8 << 20
        /// Time for the whole extraction.
        public var time = Duration.seconds(20)
        /// Memory of the reading process, bytes.
        public var memory = 1 << 30

        /// The defaults: 8 MiB, 20 s, 1 GiB.
        public init() {}
    }

    private let limits: Limits
    private let pdf: PDFReader

    /// An extractor; keeps one thread for child processes.
    public init(limits: Limits = Limits()) {
        self.limits = limits
        pdf = PDFReader(limits: limits)
    }

    /// The document's text with `\n` line ends. `contentType` may carry parameters; a PDF is known by its first bytes
    /// whatever the type says. Throws `DocumentTextError`. On cancel the reading process runs on to its time limit.
    public func extract(bytes: [UInt8], contentType: String) async throws(DocumentTextError) -> String {
        let text: String
        switch Self.form(of: bytes, contentType: contentType) {
        case .pdf: text = try await pdf.text(of: bytes)
        case .text: text = try Self.decoded(bytes, limit: limits.text)
        case nil:
            throw DocumentTextError(
                .unsupportedType,
                "documents of type \(Self.essence(contentType)) are not read; expected text/* or application/pdf")
        }
        let clean = Self.normalised(text)
        guard clean.contains(where: { !$0.isWhitespace }) else {
            throw DocumentTextError(.empty, "the document holds no text; scanned pages need text recognition first")
        }
        return clean
    }

    enum Form { case pdf, text }

    static func form(of bytes: [UInt8], contentType: String) -> Form? {
        if bytes.starts(with: "%PDF-".utf8) { return .pdf }
        switch essence(contentType) {
        case "application/pdf": return .pdf
        case "application/json", "application/yaml", "application/xml": return .text
        case let type where type.hasPrefix("text/"): return .text
        default: return nil
        }
    }

    static func essence(_ contentType: String) -> String {
        let bare = contentType.split(separator: ";", maxSplits: 1).first ?? ""
        return bare.filter { !$0.isWhitespace }.lowercased()
    }

    private static func decoded(_ bytes: [UInt8], limit: Int) throws(DocumentTextError) -> String {
        guard bytes.count <= limit else {
            throw DocumentTextError(.limitExceeded, "the text is \(bytes.count) bytes long; at most \(limit) are read")
        }
        let body = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self), !text.utf8.contains(0) else {
            throw DocumentTextError(.unreadable, "the text is not valid UTF-8")
        }
        return text
    }

    /// `\n` line ends, form feeds as blank lines, no spaces at line ends.
    static func normalised(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline || $0 == "\u{c}" }) {
            lines.append(
                line[..<(line.lastIndex { !$0.isWhitespace }.map { line.index(after: $0) } ?? line.startIndex)])
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
