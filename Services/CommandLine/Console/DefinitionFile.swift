import CommandLineDomain
import Core
import Workflow

/// A definition's file: its text, what it says, and what is wrong with it.
struct DefinitionFile {
    let name: String
    let text: String
    let result: Result<CompiledDefinition, DefinitionFaults>

    /// Reads and compiles the file. Throws `UsageError` when it cannot be read; faults are in `result`.
    init(_ name: String) throws(UsageError) {
        self.name = name
        text = try InputFile.text(name)
        do {
            result = .success(try CompiledDefinition(parsing: Array(text.utf8)))
        } catch {
            result = .failure(error)
        }
    }

    /// The definition. Prints its faults and throws `UsageError` when it has some.
    func definition(_ console: Console) throws(UsageError) -> CompiledDefinition {
        switch result {
        case .success(let definition): return definition
        case .failure(let faults):
            for fault in faults.list { console.note(Self.shown(fault, in: text, of: name, console)) }
            throw UsageError("\(name) has \(faults.list.count == 1 ? "a fault" : "\(faults.list.count) faults")")
        }
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
