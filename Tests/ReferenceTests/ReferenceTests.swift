import Core
import Engine
import Foundation
import Testing
import Workflow

/// The engine against a second, naive reading of the language, on random workflows.
@Suite(.timeLimit(.minutes(10))) struct ReferenceTests {
    /// Workflows in a run of the suite; `CADENZA_REFERENCE_WORKFLOWS` asks for more.
    static let workflows = ProcessInfo.processInfo.environment["CADENZA_REFERENCE_WORKFLOWS"].flatMap(Int.init) ?? 2000
    static let parts = 20

    struct Tally {
        var compared = 0
        var endings: [String: Int] = [:]
    }

    @Test(arguments: 0..<Self.parts) func `the engine does what the reference does`(part: Int) throws {
        var tally = Tally()
        for number in 0..<(Self.workflows / Self.parts) {
            try compare(seed: UInt64(part * 1_000_000 + number), &tally)
        }
        // The comparison means something only when most runs are compared, and end in several ways.
        #expect(tally.compared * 10 > Self.workflows / Self.parts * 8, "\(tally)")
        #expect(tally.endings["completed"] ?? 0 > 0 && tally.endings["faulted"] ?? 0 > 0, "\(tally)")
    }

    private func compare(seed: UInt64, _ tally: inout Tally) throws {
        var maker = RandomDefinition(seed: seed)
        let document = maker.document()
        let script = Script(seed: seed)
        let input: JSON = ["n": .integer(Int64(seed % 5))]
        let definition = try CompiledDefinition(document: document)
        let play = try Play(definition, script, input: input, checking: seed % 10 == 0)
        var reference = ReferenceInterpreter(document, script)
        let (ending, world) = reference.run(input)
        if seed % 5 == 0 {
            let again = try Play(definition, script, input: input, checking: false)
            #expect(again.hash == play.hash, "seed \(seed): the log differs from run to run")
        }
        #expect(ExecutionState(folding: play.events) == play.state, "seed \(seed)")
        guard !reference.isAmbiguous, !play.isAmbiguous else { return }
        tally.compared += 1
        switch ending {
        case .completed: tally.endings["completed", default: 0] += 1
        case .faulted: tally.endings["faulted", default: 0] += 1
        case .waiting: tally.endings["waiting", default: 0] += 1
        }
        let hint: Comment = "seed \(seed): \(document.text())"
        try #require(play.ending == ending, hint)
        if maker.forks {
            try #require(play.completions.sorted() == world.done.sorted(), hint)
        } else {
            try #require(play.completions == world.done, hint)
        }
        if case .completed = ending { try #require(play.state.context == world.context, hint) }
    }
}
