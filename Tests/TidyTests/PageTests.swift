import Testing

@Suite struct PageTests {
    @Test func `every error code has a page, and every page a code`() {
        var codes: Set<String> = []
        var mentioned: Set<String> = []
        for file in Tree.repository.sources where !file.path.hasPrefix("Schemas/") {
            for (_, text) in file.code where text.contains("\"") {
                codes.formUnion(Self.codes(in: text))
                let words = text.split { !$0.isLetter && !$0.isNumber }
                mentioned.formUnion(words.filter { $0.utf8.count == 6 }.map(String.init))
            }
        }
        let pages = Set(Tree.repository.names(in: "docs/errors").map { String($0.dropLast(3)) }).subtracting(["READ"])
        #expect(codes.subtracting(pages).sorted() == [], "codes without a page in docs/errors")
        #expect(pages.subtracting(mentioned).sorted() == [], "pages in docs/errors that no code leads to")
    }

    @Test func `every error page says what, why and what to do`() {
        let wanted = ["## What", "## Why", "## What to do"]
        let lacking = Tree.repository.files.filter { $0.path.hasPrefix("docs/errors/") && $0.name != "README.md" }
            .filter { file in !wanted.allSatisfy { heading in file.lines.contains { $0 == heading } } }
        #expect(lacking.map(\.path) == [])
    }

    @Test(arguments: Tree.repository.names(in: "Services"))
    func `every service tells what it owns, consumes and produces`(service: String) throws {
        let page = try #require(Tree.repository.files.first { $0.path == "Services/\(service)/README.md" })
        let headings = page.lines.filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) }
        let wanted = ["Owns", "Consumes", "Produces", "Tables", "Configuration", "Failure modes"]
        #expect(wanted.filter { word in !headings.contains { $0.hasPrefix(word) } } == [], "\(page.path)")
    }

    @Test func `every link between pages leads somewhere`() {
        var broken: [String] = []
        // What was copied keeps the links of where it came from.
        let pages = Tree.repository.files.filter { $0.path.hasSuffix(".md") && !$0.folders.contains("upstream") }
        for page in pages {
            for line in page.lines {
                for link in Self.links(in: line) where !link.contains("://") && !link.hasPrefix("#") {
                    let target = String(link.split(separator: "#")[0])
                    let folder = page.folders.joined(separator: "/")
                    if !Tree.repository.exists("\(folder)/\(target)") { broken.append("\(page.path): \(link)") }
                }
            }
        }
        #expect(broken == [])
    }

    @Test func `no room is left unfurnished`() {
        let marks = ["This room is not furnished yet", "not written yet", "No tests yet"]
        let empty = Tree.repository.files.filter { file in
            file.name == "V0000_placeholder.sql"
                || file.lines.count < 6 && !file.path.hasPrefix("Tests/TidyTests/")
                    && file.lines.contains { line in marks.contains { line.contains($0) } }
        }
        #expect(empty.map(\.path) == [])
    }

    /// What stands in `](…)`.
    static func links(in line: Substring) -> [Substring] {
        line.split(separator: "](").dropFirst().compactMap { part in
            part.firstIndex(of: ")").map { part[..<$0] }
        }
    }

    /// The string literals that are an error code: two letters and four digits.
    static func codes(in line: Substring) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            let bytes = Array(part.utf8)
            guard index % 2 == 1, bytes.count == 6, bytes[0..<2].allSatisfy({ (65...90).contains($0) }),
                bytes[2..<6].allSatisfy({ (48...57).contains($0) })
            else { return nil }
            return String(part)
        }
    }
}
