import CommandLineDomain
import Core
import Workflow

/// `cadenza lint FILE…`
enum LintCommand: Command {
    static let form = CommandForm(
        name: "lint", summary: "Checks definitions and shows what is wrong, and where.",
        operands: [.init("FILE", "A definition in YAML or JSON; - is standard input.", repeats: true)],
        options: [.init("json", nil, "Prints the faults as one JSON array.")],
        examples: [
            .init("cadenza lint claim.yaml", "Prints nothing but a sign of life when all is well."),
            .init("cadenza lint --json *.yaml | jq '.[].pointer'", "For other programs."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        var all: [JSON] = []
        var isFaulty = false
        for name in arguments.operands {
            let file = try DefinitionFile(name)
            var faults: [DefinitionFault] = []
            if case .failure(let found) = file.result { faults = found.list }
            isFaulty = isFaulty || !faults.isEmpty
            for fault in faults {
                var object = fault.json.object ?? [:]
                object["file"] = .string(name)
                all.append(.object(object))
                if !arguments.has("json") {
                    console.print(DefinitionFile.shown(fault, in: file.text, of: name, console))
                }
            }
            if case .success(let definition) = file.result, !arguments.has("json") {
                console.print("\(name): \(console.painted("ok", .green)) \(definition.reference)")
            }
        }
        if arguments.has("json") { console.print(JSON.array(all).text(.pretty)) }
        return isFaulty ? .negative : .done
    }
}
