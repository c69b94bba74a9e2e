import Foundation
import Postgres
import Testing

/// The simulated server knows what the services say, and the catalogue what there is to say.
@Suite struct CatalogueTests {
    @Test(arguments: Catalogue.all) func `every statement of a service runs on the simulated server`(
        _ catalogue: Catalogue
    )
        async throws
    {
        #expect(try await !catalogue.statements().isEmpty)
    }

    @Test(arguments: Catalogue.all) func `every statement that stands in a store is in the catalogue`(
        _ catalogue: Catalogue
    )
        async throws
    {
        let run = Set(try await catalogue.statements().map { Self.plain($0.text) })
        let beginnings = try Self.beginnings(catalogue.folder + "/Store")
        #expect(!beginnings.isEmpty)
        #expect(beginnings.filter { beginning in !run.contains { $0.hasPrefix(beginning) } } == [])
    }

    /// How the statements in the sources begin, up to the first value.
    private static func beginnings(_ folder: String) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: nil)
        var found: [String] = []
        for file in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for literal in text.split(separator: "\"").map(String.init) {
                let words = plain(String(literal.split(separator: "\\(", omittingEmptySubsequences: false)[0]))
                let verb = words.split(separator: " ").first.map(String.init) ?? ""
                if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(verb), words.count > 20 {
                    found.append(words)
                }
            }
        }
        return found
    }

    /// On one line.
    private static func plain(_ text: String) -> String {
        text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }
}
