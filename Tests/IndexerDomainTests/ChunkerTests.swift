import Core
import IndexerDomain
import Testing

@Suite struct ChunkerTests {
    @Test func headingsOpenChunksAndStayWithThem() {
        let text =
            "# Cover\n\nWater damage is covered.\n\n## Exclusions\nFloods are not.\n\n# Claims\nReport within 14 days."
        let chunks = Chunker().chunks(of: text)
        #expect(chunks.map(\.headings) == [["Cover"], ["Cover", "Exclusions"], ["Claims"]])
        #expect(chunks.map(\.text) == ["Water damage is covered.", "Floods are not.", "Report within 14 days."])
    }

    @Test func textWithoutAHeadingOrWithOnlyHeadingsIsKept() {
        #expect(Chunker().chunks(of: "one line").map(\.text) == ["one line"])
        #expect(Chunker().chunks(of: "# Only a title").map(\.text) == ["Only a title"])
        #expect(Chunker().chunks(of: " \n\n ").isEmpty)
    }

    @Test func longBlocksAreCutAtSentences() {
        let sentence = "The insurer pays for sudden leaks of water pipes. "
        let chunks = Chunker(maximum: 200, target: 150).chunks(of: String(repeating: sentence, count: 30))
        #expect(chunks.count > 5)
        #expect(chunks.allSatisfy { $0.text.count <= 200 && $0.text.hasSuffix(".") })
    }

    @Test(arguments: 1...40) func noWordIsLostOrRepeated(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var words: [String] = []
        var text = ""
        for number in 0..<Int.random(in: 1...800, using: &random) {
            let word = "w\(number)" + String(repeating: "x", count: Int.random(in: 0...40, using: &random))
            words.append(word)
            text += word + [" ", ". ", "\n", "\n\n", "  "].randomElement(using: &random)!
        }
        let maximum = Int.random(in: 60...400, using: &random)
        let chunks = Chunker(maximum: maximum, target: maximum / 2).chunks(of: text)
        #expect(chunks.allSatisfy { $0.text.count <= maximum })
        let found = chunks.flatMap { $0.text.split(whereSeparator: { $0.isWhitespace || $0 == "." }).map(String.init) }
        #expect(found == words)
        #expect(chunks.map(\.number) == Array(0..<chunks.count))
    }
}
