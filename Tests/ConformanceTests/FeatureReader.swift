import Foundation
import Testing

/// Reads the part of Gherkin that the conformance kit uses: features, scenarios, steps and doc strings.
enum FeatureReader {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    static func read(_ text: String, file: String) throws -> Feature {
        var feature = Feature(name: "", scenarios: [])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var at = 0
        var isPending = false
        while at < lines.count {
            let line = lines[at].trimmingCharacters(in: .whitespaces)
            at += 1
            if line.hasPrefix("Feature:") {
                feature.name = rest(line, "Feature:")
            } else if line.hasPrefix("Scenario:") {
                feature.scenarios.append(
                    Feature.Scenario(
                        file: file, feature: feature.name, name: rest(line, "Scenario:"), steps: [],
                        isPending: isPending))
                isPending = false
            } else if line == "@pending" {
                isPending = true
            } else if let text = step(line) {
                guard !feature.scenarios.isEmpty else {
                    throw Problem(description: "\(file):\(at): outside a scenario")
                }
                var step = Feature.Step(text: text, document: nil, line: at)
                if at < lines.count, lines[at].trimmingCharacters(in: .whitespaces).hasPrefix("\"\"\"") {
                    step.document = try document(lines, &at, file)
                }
                feature.scenarios[feature.scenarios.count - 1].steps.append(step)
            } else if !line.isEmpty, !line.hasPrefix("#"), !line.hasPrefix("@"), !feature.scenarios.isEmpty {
                throw Problem(description: "\(file):\(at): not understood: \(line)")
            }
        }
        return feature
    }

    private static func rest(_ line: String, _ keyword: String) -> String {
        line.dropFirst(keyword.count).trimmingCharacters(in: .whitespaces)
    }

    private static func step(_ line: String) -> String? {
        for keyword in ["Given ", "When ", "Then ", "And ", "But "] where line.hasPrefix(keyword) {
            let text = rest(line, keyword)
            return text.hasPrefix("given ") ? String(text.dropFirst(6)) : text
        }
        return nil
    }

    /// The lines between the quotes, without the indent of the first quotes.
    private static func document(_ lines: [String], _ at: inout Int, _ file: String) throws -> String {
        let indent = lines[at].prefix { $0 == " " }.count
        let first = at + 1
        at += 1
        var content: [Substring] = []
        while at < lines.count {
            let line = lines[at]
            at += 1
            if line.trimmingCharacters(in: .whitespaces) == "\"\"\"" { return content.joined(separator: "\n") }
            content.append(line.dropFirst(min(indent, line.prefix { $0 == " " }.count)))
        }
        throw Problem(description: "\(file):\(first): the doc string has no end")
    }
}
