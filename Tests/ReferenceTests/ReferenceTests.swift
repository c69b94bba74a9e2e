import Core
import Foundation
import Testing

/// The engine against a second, naive reading of the language, on random workflows.
@Suite(.timeLimit(.minutes(10))) struct ReferenceTests {
    /// Workflows in a run of the suite; `CADENZA_REFERENCE_WORKFLOWS` asks for more.
    static let workflows = ProcessInfo.processInfo.environment["CADENZA_REFERENCE_WORKFLOWS"].flatMap(Int.init) ?? 2000
    static let parts = 20
    /// The only workflow to be looked at, `CADENZA_REFERENCE_SEED`: to see a failure again.
    static let only = ProcessInfo.processInfo.environment["CADENZA_REFERENCE_SEED"].flatMap(UInt64.init)

    @Test(arguments: 0..<Self.parts) func `the engine does what the reference does`(part: Int) throws {
        var (compared, endings, children) = (0, [String: Int](), 0)
        for number in 0..<(Self.workflows / Self.parts) {
            let seed = UInt64(part * 1_000_000 + number)
            if let only = Self.only, only != seed { continue }
            let comparison = Comparison(seed: seed)
            let verdict = try comparison.verdict()
            if verdict.difference != nil {
                let smallest = comparison.shrunk()
                let difference = try smallest.verdict().difference ?? ""
                Issue.record(
                    """
                    seed \(comparison.seed)
                    \(difference)
                    \(smallest.documents.map { $0.text() }.joined(separator: "\n"))
                    """)
                return
            }
            guard verdict.isCompared else { continue }
            compared += 1
            children += verdict.children
            endings["\("\(verdict.ending)".prefix { $0 != "(" })", default: 0] += 1
        }
        if Self.only != nil || Self.workflows < 100 * Self.parts { return }
        // The comparison means something only when most runs are compared, and end in several ways.
        let tally: Comment = "\(compared) compared, \(endings), \(children) children"
        #expect(compared * 10 > Self.workflows / Self.parts * 8, tally)
        #expect(["completed", "faulted", "waiting"].allSatisfy { endings[$0] ?? 0 > 0 }, tally)
        #expect(children > 0, tally)
    }
}
