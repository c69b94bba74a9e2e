import Core
import Engine
import Workflow

/// One random workflow on the engine and on the reference.
struct Comparison {
    /// The definition, then the ones that it runs.
    var documents: [JSON]
    let seed: UInt64

    init(seed: UInt64) {
        var maker = RandomDefinition(seed: seed)
        let document = maker.document()
        (documents, self.seed) = ([document] + maker.children, seed)
    }

    var input: JSON { ["n": .integer(Int64(seed % 5))] }

    /// What came of it.
    struct Verdict {
        /// What differs; nil when nothing does.
        var difference: String?
        /// Whether there was anything to compare.
        var isCompared = false
        var ending = ReferenceInterpreter.Ending.waiting
        var children = 0
    }

    /// Throws when a document is no definition.
    func verdict() throws -> Verdict {
        let definitions = try documents.map { try CompiledDefinition(document: $0) }
        let library = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
        let script = Script(seed: seed)
        let play = Play(definitions[0], library, script, input: input, isHarsh: true)
        let calm = Play(definitions[0], library, script, input: input, isHarsh: false)
        if let breach = play.breaches.first { return Verdict(difference: breach) }
        if play.hash != calm.hash { return Verdict(difference: "the logs differ from run to run") }
        let texts = Dictionary(zip(definitions.map(\.name), documents)) { first, _ in first }
        var reference = ReferenceInterpreter(documents[0], texts, script, input: input)
        var outcome = reference.run()
        if let time = script.cancelledAt { outcome.cancel(at: time) }
        if reference.isAmbiguous || play.isAmbiguous { return Verdict(ending: outcome.ending) }
        let expected = Self.report(definitions[0].name, 0, outcome).sorted()
        let found = play.runs.values.map(Self.report).sorted()
        var verdict = Verdict(isCompared: true, ending: outcome.ending, children: expected.count - 1)
        if expected != found {
            verdict.difference = """
                expected:
                \(expected.filter { !found.contains($0) }.joined(separator: "\n"))
                found:
                \(found.filter { !expected.contains($0) }.joined(separator: "\n"))
                """
        }
        return verdict
    }

    /// What is compared of an execution, and of those that it started.
    private static func report(
        _ name: String, _ start: Int64, _ outcome: ReferenceInterpreter.Outcome
    ) -> [String] {
        let world = outcome.world
        var context: JSON?
        if case .completed = outcome.ending { context = world.context }
        let own = text(name, start, outcome.end, outcome.ending, context, world.done)
        return [own] + world.children.flatMap { report($0.name, $0.start, $0.outcome) }
    }

    private static func report(_ run: Play.Run) -> String {
        let state = run.state
        let ending: ReferenceInterpreter.Ending
        switch state.status {
        case .completed: ending = .completed(state.output ?? .null)
        case .faulted:
            let fault = state.fault
            ending = .faulted(status: fault?.status ?? 0, type: fault?.type ?? "", instance: fault?.instance)
        case .cancelled: ending = .cancelled
        default: ending = .waiting
        }
        let done = run.events.compactMap { event -> ReferenceInterpreter.Completion? in
            guard case .taskCompleted(let task, _, _, _, _) = event.outcome else { return nil }
            return ReferenceInterpreter.Completion(time: Play.offset(event.time), task: task.task)
        }
        return text(
            run.definition.name, run.started, state.status.isFinal ? Play.offset(state.updatedAt) : nil, ending,
            state.status == .completed ? state.context : JSON?.none, done)
    }

    private static func text(
        _ name: String, _ start: Int64, _ end: Int64?, _ ending: ReferenceInterpreter.Ending, _ context: JSON?,
        _ done: [ReferenceInterpreter.Completion]
    ) -> String {
        let how =
            switch ending {
            case .completed(let output): "completed \(output.text(.canonical))"
            case .faulted(let status, let type, let instance): "faulted \(status) \(type) \(instance ?? "-")"
            case .cancelled: "cancelled"
            case .waiting: "waiting"
            }
        let tasks = done.sorted().map { "\($0.time) \($0.task)" }.joined(separator: ", ")
        let end = end.map { "\($0)" } ?? "-"
        return "\(name) \(start) to \(end) \(how) context \(context?.text(.canonical) ?? "-") [\(tasks)]"
    }
}
