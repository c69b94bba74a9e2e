import Client
import CommandLineDomain
import Core

/// `cadenza start NAMESPACE/NAME[@VERSION]`
enum StartCommand: Command {
    static let form = CommandForm(
        name: "start", summary: "Starts an execution and prints its id.",
        operands: [.init("WORKFLOW", "NAMESPACE/NAME, or NAMESPACE/NAME@VERSION; without a version the newest.")],
        options: [
            .init("input", "JSON|@FILE", "The input, in JSON or YAML; by default {}."),
            .init("once", "KEY", "Starts nothing when this key has started something: safe to repeat."),
        ] + APIOptions.options,
        examples: [
            .init("id=$(cadenza start insurance/claim-intake --input @claim.json)", "For scripts.")
        ])

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let parts = arguments.operands[0].split(separator: "@", maxSplits: 1).map(String.init)
        let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false).map(String.init) ?? []
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else {
            throw UsageError("\(arguments.operands[0]) is not NAMESPACE/NAME[@VERSION]", command: "start")
        }
        let input = try arguments["input"].map { try InputFile.value($0, "the input") } ?? [:]
        let api = APIOptions(arguments, console)
        let answer = try await api.ask { client throws(ClientError) in
            try await client.start(
                namespace: names[0], name: names[1], version: parts.count > 1 ? parts[1] : nil, input: input,
                idempotencyKey: arguments["once"])
        }
        console.print(api.isJSON ? answer.text(.pretty) : answer["id"]?.string ?? answer.text())
        return .done
    }
}
