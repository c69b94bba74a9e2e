import Foundation
import Testing

@Suite struct ImageTests {
    @Test func `the image is built from every folder that the package names`() throws {
        let package = try String(contentsOfFile: "\(Tree.root)/Package.swift", encoding: .utf8)
        let image = try String(contentsOfFile: "\(Tree.root)/docker/Dockerfile", encoding: .utf8)
        // As in `path: "benchmarks/Bench"`.
        let named = package.components(separatedBy: "path: \"").dropFirst().map {
            $0.prefix { $0 != "/" && $0 != "\"" }
        }
        let copied = image.split(separator: "\n").filter { $0.hasPrefix("COPY ") }.map { $0.split(separator: " ")[1] }
        let missing = Set(named).filter { !$0.contains("\\") }.subtracting(copied)
        #expect(missing.sorted() == [])
    }
}
