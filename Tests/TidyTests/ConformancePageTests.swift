import Foundation
import Testing

/// `docs/conformance.md` names a scenario for each decision; each must be there.
@Suite struct ConformancePageTests {
    @Test func `every scenario that the page names exists`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/conformance.md"), encoding: .utf8)
        var named = 0
        for line in page.split(separator: "\n") where line.contains(".feature`: ") {
            let cell = line.split(separator: "|").last.map(String.init) ?? ""
            let parts = cell.split(separator: "`").map { $0.trimmingCharacters(in: .whitespaces) }
            let (file, scenario) = (parts.dropFirst().first ?? "", parts.last.map { String($0.dropFirst(2)) } ?? "")
            let path = root.appending(path: "Tests/Conformance/features/\(file)")
            let text = try #require(try? String(contentsOf: path, encoding: .utf8), "there is no \(file): \(line)")
            #expect(text.contains("Scenario: \(scenario)\n"), "\(file) has no scenario \(scenario)")
            named += 1
        }
        #expect(named == 26)
    }
}
