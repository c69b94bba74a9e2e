import Core
import Engine
import Workflow

/// A workflow of fifty tasks that need nobody else: it is decided at once.
struct LongWorkflow {
    private let definition: CompiledDefinition
    private let input: JSON = ["base": 7, "orders": [["total": 40], ["total": 75], ["total": 130]]]

    init() throws {
        var tasks: [String] = []
        for number in 1...50 {
            tasks.append("  - step\(number):")
            if number % 10 == 0 { tasks.append("      if: ${ .last > \(number) }") }
            tasks += [
                "      set:", "        base: ${ .base }", "        orders: ${ .orders }",
                "        last: ${ .base * \(number) + (.orders | map(.total) | add) }",
                "        text: ${ \"step \(number) of \\(.base)\" }",
            ]
        }
        let head = "document: { dsl: '1.0.3', namespace: bench, name: fifty, version: '1.0.0' }\ndo:\n"
        definition = try CompiledDefinition(parsing: Array((head + tasks.joined(separator: "\n") + "\n").utf8))
        guard case .accepted(let events) = decide(), case .executionCompleted? = events.last?.outcome else {
            throw BenchmarkError("the workflow of fifty tasks is not run to its end by one decision: \(decide())")
        }
    }

    func decide() -> Decision {
        Engine.decide(
            nil, .start(executionID: "x", definition: definition.reference, input: input, tenant: "t"), definition,
            now: Instant(milliseconds: 1_700_000_000_000))
    }

    func run(_ times: Int) {
        for _ in 0..<times { _ = decide() }
    }
}
