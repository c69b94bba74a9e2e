import Core
import Foundation
import Testing
import Workflow

/// The specification's own documents, and patterns that are common with agents.
@Suite struct ExampleTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Conformance").path

    static func files(_ path: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(path)")) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(path)/\($0)" }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)")))
    }

    static let examples = files("upstream/examples")
    static let patterns = files("patterns")
    static let useCases = [
        "automated-data-backup", "managing-ev-charging-stations", "managing-github-issues",
        "multi-agent-ai-content-generation",
    ]

    /// What of the examples this runtime refuses, at which place: containers, gRPC, WebSockets,
    /// messages without an end, a function by URL that is not bundled.
    static let refused: [String: String] = [
        "call-asyncapi-subscribe-consume-amount": "with/protocol",
        "call-asyncapi-subscribe-consume-forever-foreach": "subscription/foreach",
        "call-custom-function-cataloged": "call",
        "call-grpc": "call",
        "run-container": "run/container",
        "run-container-cleanup-always": "run/container",
        "run-container-cleanup-eventually": "run/container",
        "run-container-stdin-and-arguments": "run/container",
        "run-container-with-name": "run/container",
        "run-container-with-pull-policy": "run/container",
        "run-return-all": "run/container",
        "run-return-code": "run/container",
        "run-return-none": "run/container",
        "run-return-stderr": "run/container",
    ]

    static func refusal(_ path: String) -> String? {
        refused[String(path.split(separator: "/").last?.dropLast(5) ?? "")]
    }

    @Test func allExamplesAreThere() {
        #expect(Self.examples.count == 68)
        #expect(Self.patterns.count == 12)
    }

    @Test(arguments: examples + patterns) func everyExampleDecodes(path: String) throws {
        let decoded = try DecodedDefinition(parsing: try Self.bytes(path))
        #expect(decoded.lacking.isEmpty == (Self.refusal(path) == nil), "\(decoded.lacking)")
    }

    @Test(arguments: examples + patterns)
    func everyExampleRunsOrIsRefusedForAKnownReason(path: String) throws {
        let report = LintReport(try Self.bytes(path))
        guard let place = Self.refusal(path) else {
            #expect(report.isAccepted, "\(report.faults.map(\.description))")
            return
        }
        let errors = report.faults.filter { $0.severity == .error }
        #expect(!errors.isEmpty && errors.allSatisfy { $0.kind == .configuration }, "\(errors)")
        #expect(errors.contains { $0.pointer.description.contains(place) }, "\(errors)")
        #expect(errors.allSatisfy { $0.line != nil && $0.hint != nil }, "\(errors)")
    }

    /// The text of the workflow in a use case's page.
    static func useCase(_ name: String) throws -> [UInt8] {
        let page = String(decoding: try bytes("upstream/use-cases/\(name)/README.md"), as: UTF8.self)
        let start = try #require(page.firstRange(of: "```yaml\n"))
        let end = try #require(page[start.upperBound...].firstRange(of: "```"))
        return Array(page[start.upperBound..<end.lowerBound].utf8)
    }

    @Test(arguments: useCases) func useCasesDecode(name: String) throws {
        let report = LintReport(try Self.useCase(name))
        let errors = report.faults.filter { $0.severity == .error }
        switch name {
        case "multi-agent-ai-content-generation":
            // As published it is no YAML: an expression without quotes.
            #expect(errors.map(\.kind) == [.syntax])
            #expect(errors.first?.hint?.contains("quotes") == true, "\(errors)")
        case "automated-data-backup":
            #expect(throws: Never.self) { try DecodedDefinition(parsing: try Self.useCase(name)) }
            #expect(
                !errors.isEmpty && errors.contains { $0.found == "run: container" }
                    && errors.allSatisfy { $0.kind == .configuration }, "\(errors)")
        default: #expect(report.isAccepted, "\(errors)")
        }
    }

    @Test func theUseCaseThatIsNoYAMLDecodesOnceItsExpressionsAreQuoted() throws {
        let text = String(decoding: try Self.useCase("multi-agent-ai-content-generation"), as: UTF8.self)
        let quoted = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let at = line.firstRange(of: "as: $context") else { return String(line) }
            return line[..<at.lowerBound] + "as: '" + line[at.lowerBound...].dropFirst(4) + "'"
        }
        let report = LintReport(Array(quoted.joined(separator: "\n").utf8))
        #expect(report.isAccepted, "\(report.faults.map(\.description))")
    }

    @Test(arguments: [
        ("extra-property-in-call", "/do/0/getPet/foo"), ("two-tasks-in-one-item", "/do/0"),
        ("listen-any-until-any-until", "/"),
    ]) func invalidDocumentsAreRefused(name: String, pointer: String) throws {
        let report = LintReport(try Self.bytes("upstream/invalid/\(name).yaml"))
        #expect(throws: DefinitionFaults.self) {
            try DecodedDefinition(parsing: try Self.bytes("upstream/invalid/\(name).yaml"))
        }
        #expect(!report.isAccepted)
        #expect(report.faults.contains { $0.pointer.description == pointer || pointer == "/" }, "\(report.faults)")
    }

    @Test(arguments: ["listen-any-until-any-until"]) func itIsRefusedForItsUntilToo(name: String) throws {
        let text = String(decoding: try Self.bytes("upstream/invalid/\(name).yaml"), as: UTF8.self)
        let once = text.replacing("do:\ndo:\n", with: "do:\n")
        let report = LintReport(Array(once.utf8))
        #expect(
            report.faults.contains { $0.pointer.description.hasPrefix("/do/0/callDoctor/listen/to/until") },
            "\(report.faults)")
    }
}
