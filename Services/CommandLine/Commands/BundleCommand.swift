import CommandLineDomain
import Core
import Workflow

/// `cadenza bundle FILE`
enum BundleCommand: Command {
    static let form = CommandForm(
        name: "bundle", summary: "Prints a definition with the documents that it refers to in place.",
        discussion:
            "Functions by URL and of catalogues go to use.functions, schemas from elsewhere where they are used;\n"
            + "document.metadata.bundle tells where each came from and its SHA-256. A gateway takes only definitions\n"
            + "that are complete: register, run, simulate and lint do the same with what they are given.",
        operands: [.init("FILE", "The definition; - is standard input.")],
        options: [.init("json", nil, "JSON in place of YAML.")] + DefinitionFile.options,
        examples: [.init("cadenza bundle claim.yaml > whole.yaml", "To see and keep what will run.")])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let file = try await DefinitionFile(arguments.operands[0], arguments, console)
        guard let bundle = file.bundle else {
            _ = try file.definition(console)
            return .negative
        }
        console.print(arguments.has("json") ? bundle.text(.pretty) : String(YAMLWriter.text(bundle).dropLast()))
        return .done
    }
}
