import Foundation
import Testing

@Suite struct DefectTests {
    @Test func `each planted defect has its one place in the sources`() throws {
        let table = try String(contentsOfFile: "\(Tree.root)/Tests/Simulation/defects.tsv", encoding: .utf8)
        let lines = table.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count >= 10)
        for line in lines {
            let parts = line.components(separatedBy: "\t")
            try #require(parts.count == 4, "\(line)")
            let source = try String(contentsOfFile: "\(Tree.root)/\(parts[1])", encoding: .utf8)
            #expect(source.components(separatedBy: parts[2]).count == 2, "\(parts[0]) in \(parts[1])")
        }
    }
}
