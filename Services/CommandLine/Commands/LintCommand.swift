import CommandLineDomain
import Core
import Workflow

/// `cadenza lint FILE…`
enum LintCommand: Command {
    static let form = CommandForm(
        name: "lint", summary: "Checks definitions and shows what is wrong, and where.",
        discussion: "Errors keep a definition from being registered; warnings do not, unless --strict is given.",
        operands: [.init("FILE", "A definition in YAML or JSON; - is standard input.", repeats: true)],
        options: [
            .init("strict", nil, "Warnings count as errors."),
            .init("json", nil, "Prints errors and warnings as one JSON array."),
        ] + DefinitionFile.options,
        examples: [
            .init("cadenza lint claim.yaml", "Prints nothing but a sign of life when all is well."),
            .init("cadenza lint --json *.yaml | jq '.[].pointer'", "For other programs."),
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        var all: [JSON] = []
        var isFaulty = false
        for name in arguments.operands {
            let file = try await DefinitionFile(name, arguments, console)
            let (text, report) = (file.text, file.report)
            isFaulty = isFaulty || !report.isAccepted || arguments.has("strict") && !report.faults.isEmpty
            if arguments.has("json") {
                for fault in report.faults {
                    var object = fault.json.object ?? [:]
                    object["file"] = .string(name)
                    all.append(.object(object))
                }
                continue
            }
            for fault in report.faults { console.print(DefinitionFile.shown(fault, in: text, of: name, console)) }
            if let definition = report.definition {
                console.print("\(name): \(console.painted("ok", .green)) \(definition.reference)")
            }
        }
        if arguments.has("json") { console.print(JSON.array(all).text(.pretty)) }
        return isFaulty ? .negative : .done
    }
}
