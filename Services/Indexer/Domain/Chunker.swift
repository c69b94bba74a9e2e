/// Cuts text into chunks along its own seams: headings first, then paragraphs, then sentences, then words.
public struct Chunker: Sendable {
    /// No chunk is longer, in characters.
    public var maximum: Int
    /// A paragraph joins the chunk before it until that has this many characters.
    public var target: Int

    /// A chunker; by default chunks of about 900 and at most 1400 characters.
    public init(maximum: Int = 1400, target: Int = 900) {
        precondition(target > 0 && maximum >= target, "expected 0 < target <= maximum")
        (self.maximum, self.target) = (maximum, target)
    }

    /// The chunks of `text`, none empty. Every character that is not white space ends up in exactly one of them
    /// (a heading may be in `headings` of several).
    public func chunks(of text: String) -> [Chunk] {
        var chunks: [Chunk] = []
        var headings: [(level: Int, title: String)] = []
        var open = ""

        func close() {
            for piece in pieces(of: open) {
                chunks.append(Chunk(number: chunks.count, headings: headings.map(\.title), text: piece))
            }
            open = ""
        }

        for paragraph in Self.paragraphs(of: text) {
            if let (level, title) = Self.heading(paragraph) {
                close()
                headings.removeAll { $0.level >= level }
                headings.append((level, title))
                continue
            }
            if !open.isEmpty, open.count + paragraph.count > target { close() }
            open += (open.isEmpty ? "" : "\n\n") + paragraph
        }
        close()
        if chunks.isEmpty, !headings.isEmpty {
            chunks.append(Chunk(number: 0, headings: [], text: headings.map(\.title).joined(separator: "\n")))
        }
        return chunks
    }

    /// Blocks between blank lines; a Markdown heading line is a block of its own.
    static func paragraphs(of text: String) -> [String] {
        var blocks: [String] = []
        var open: [Substring] = []
        func close() {
            if !open.isEmpty { blocks.append(open.joined(separator: "\n")) }
            open = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                close()
            } else if heading(String(line)) != nil {
                close()
                blocks.append(String(line))
            } else {
                open.append(line)
            }
        }
        close()
        return blocks
    }

    /// A Markdown heading's level and title.
    static func heading(_ line: String) -> (level: Int, title: String)? {
        let marks = line.prefix { $0 == "#" }
        guard (1...6).contains(marks.count), line.dropFirst(marks.count).first == " ", !line.contains("\n") else {
            return nil
        }
        let title = line.dropFirst(marks.count).drop { $0 == " " }
        return title.isEmpty ? nil : (marks.count, String(title))
    }

    /// A block cut into parts of at most `maximum` characters, at the last sentence end that fits, else the last space.
    func pieces(of block: String) -> [String] {
        var pieces: [String] = []
        var rest = Substring(block)
        while rest.count > maximum {
            let window = rest.prefix(maximum)
            let cut = Self.lastSentenceEnd(in: window) ?? window.lastIndex { $0.isWhitespace } ?? window.endIndex
            pieces.append(Self.trimmed(rest[..<cut]))
            rest = rest[cut...]
        }
        pieces.append(Self.trimmed(rest))
        return pieces.filter { !$0.isEmpty }
    }

    private static func lastSentenceEnd(in window: Substring) -> Substring.Index? {
        var best: Substring.Index?
        var previous: Character?
        for index in window.indices {
            if let previous, ".!?".contains(previous), window[index].isWhitespace { best = index }
            previous = window[index]
        }
        return best
    }

    private static func trimmed(_ text: Substring) -> String {
        let body = text.drop { $0.isWhitespace }
        return String(body[..<(body.lastIndex { !$0.isWhitespace }.map { body.index(after: $0) } ?? body.startIndex)])
    }
}
