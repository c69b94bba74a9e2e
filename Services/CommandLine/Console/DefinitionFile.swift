import CommandLineDomain
import Core
import FoundationEssentials
import HTTP
import ObjectStore
import Workflow

/// A definition's file: its text, what it says with the documents that it refers to, and what is wrong with it.
struct DefinitionFile {
    let name: String
    let text: String
    let report: LintReport
    /// The document with what it refers to in place; nil when the text is none, or something cannot be fetched.
    let bundle: JSON?

    /// What commands that read definitions take beside.
    static let options: [CommandForm.Option] = [
        .init(
            "allow-host", "HOST",
            "A further host from which documents from the network may have others, such as *.example.com.",
            repeats: true)
    ]

    /// Reads and checks the file; what it refers to is fetched. Throws `UsageError` when the file itself cannot be
    /// read; all else that is wrong is in `report`.
    init(_ name: String, _ arguments: ArgumentValues, _ console: Console) async throws(UsageError) {
        self.name = name
        guard let hosts = EgressRules(allowing: arguments.all("allow-host")) else {
            throw UsageError("--allow-host needs a host such as api.example.com or *.example.com:8443")
        }
        text = try InputFile.text(name)
        do {
            let own = try DefinitionSource(parsing: Array(text.utf8))
            let (source, missing) = try await Self.bundled(own, of: name, hosts, console)
            report = LintReport(source, missing: missing)
            bundle = missing.isEmpty ? source.document : JSON?.none
        } catch {
            (report, bundle) = (LintReport(error), JSON?.none)
        }
    }

    private static func bundled(
        _ source: DefinitionSource, of name: String, _ hosts: EgressRules, _ console: Console
    ) async throws(DefinitionFaults) -> (DefinitionSource, missing: [DefinitionFault]) {
        var bundle = DefinitionBundle(source)
        var needs = bundle.needs
        guard !needs.isEmpty else { return (source, []) }
        let client = HTTPClient()
        defer { client.close() }
        let folder = name == "-" ? "." : URL(filePath: name).deletingLastPathComponent().path
        let fetcher = DocumentFetcher(folder: folder, client: client, clock: console.clock, hosts: hosts)
        var known: [String: [UInt8]] = [:]
        var missing: [DefinitionFault] = []
        while missing.isEmpty, !needs.isEmpty {
            for need in needs {
                do throws(DocumentFetcher.Failure) {
                    if known[need.url] == nil {
                        guard known.count < DefinitionBundle.most else {
                            throw DocumentFetcher.Failure(description: "there are more than \(known.count) documents")
                        }
                        known[need.url] = try await fetcher.fetch(need.url, for: need.asker)
                    }
                } catch {
                    missing.append(bundle.fault(need, found: "\(need.url): \(error)", hint: error.hint))
                }
                guard let bytes = known[need.url] else { continue }
                try bundle.place(need, bytes, sha256: SHA256Digest.hex(SHA256Digest.hash(bytes)))
            }
            needs = bundle.needs
        }
        return (bundle.source, missing)
    }

    /// The definition. Prints its faults and throws `UsageError` when it has some.
    func definition(_ console: Console) throws(UsageError) -> CompiledDefinition {
        if let definition = report.definition { return definition }
        let errors = report.faults.filter { $0.severity == .error }
        for fault in errors { console.note(Self.shown(fault, in: text, of: name, console)) }
        throw UsageError("\(name) has \(errors.count == 1 ? "a fault" : "\(errors.count) faults")")
    }

    /// The text of the whole definition: the file's own, unless it refers to other documents.
    func wholeText(_ definition: CompiledDefinition) -> String {
        let own = (try? DefinitionSource(parsing: Array(text.utf8)))?.document
        return own == definition.document ? text : YAMLWriter.text(definition.document)
    }

    /// `claim.yaml:12:7: error: …` and the line with a caret.
    static func shown(
        _ fault: DefinitionFault, in text: String, of name: String, _ console: Console
    ) -> String {
        let place = [name, String(fault.line ?? 1), String(fault.column ?? 1)].joined(separator: ":")
        let path = fault.pointer.tokens.isEmpty ? "" : " at \(fault.pointer)"
        let label = console.painted(fault.severity.rawValue, fault.severity == .error ? .red : .yellow)
        let first = "\(place): \(label): found \(fault.found), expected \(fault.expected)\(path)"
        let excerpt = Excerpt.lines(of: text, line: fault.line ?? 1, column: fault.column ?? 1)
        let hint = fault.hint.map { ["      = \($0)"] } ?? []
        return ([first] + (excerpt + hint).map { console.painted($0, .grey) }).joined(separator: "\n")
    }
}
