import Core
import Engine
import Testing
import Workflow

@Suite(.timeLimit(.minutes(5))) struct PropertyTests {
    /// One random workflow against random answers, delays, repeats, pauses and cancels.
    static func play(_ seed: UInt64) throws -> Simulation {
        var maker = RandomWorkflow(seed: seed)
        var run = try Simulation(maker.document().text())
        run.start(["n": .integer(Int64(maker.below(5)))])
        var answered = 0
        for _ in 0..<120 {
            guard let state = run.state, !state.status.isFinal else { break }
            switch maker.below(12) {
            case 0: run.send(.suspend(reason: "seed"))
            case 1: run.send(.resume)
            case 2 where maker.below(10) == 0: run.send(.cancel(reason: "seed"))
            case 3 where !run.requests.isEmpty:
                // An old or repeated answer.
                let (id, request) = run.requests[maker.below(run.requests.count)]
                let isOpen = state.outstandingTasks.contains {
                    $0.taskID == id && $0.request.attempt == request.attempt
                }
                if !isOpen {
                    #expect(
                        run.send(.taskCompleted(taskID: id, attempt: request.attempt, output: 1, usage: nil))
                            == .accepted([]))
                }
            default:
                if state.suspension != nil { run.send(.resume) }
                if answered < run.requests.count, maker.below(4) > 0 {
                    let (id, request) = run.requests[answered]
                    answered += 1
                    if maker.below(3) == 0 {
                        let fault = Fault(type: "https://x.example/f", status: 400 + maker.below(3))
                        run.send(.taskFailed(taskID: id, attempt: request.attempt, fault: fault, usage: nil))
                    } else {
                        let output: JSON = ["n": .integer(Int64(maker.below(9)))]
                        run.send(.taskCompleted(taskID: id, attempt: request.attempt, output: output, usage: nil))
                    }
                } else if let timer = run.state?.pendingTimers.min(by: { $0.due < $1.due }) {
                    run.now = max(run.now, timer.due)
                    run.send(.timerFired(timerID: timer.id))
                }
            }
        }
        return run
    }

    @Test func foldingTheLogGivesTheStateAndSeedsRepeat() throws {
        var statuses: [ExecutionStatus: Int] = [:]
        for seed in 0..<60 as Range<UInt64> {
            let run = try Self.play(seed)
            statuses[run.state?.status ?? .pending, default: 0] += 1
            if seed % 20 == 0 { #expect(try Self.play(seed).events == run.events, "seed \(seed)") }
        }
        #expect((statuses[.completed] ?? 0) > 5, "\(statuses)")
        #expect((statuses[.faulted] ?? 0) > 5, "\(statuses)")
    }
}
