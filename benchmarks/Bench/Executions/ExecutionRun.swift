import Core
import Kafka
import Postgres

/// Executions of one workflow through the running stack.
struct ExecutionRun: Sendable {
    let stage: Stage
    let workflow: BenchWorkflow

    /// Registers the workflow and watches its executions.
    init(_ workflow: BenchWorkflow, on stage: Stage) async throws {
        (self.workflow, self.stage) = (workflow, stage)
        try await stage.api.register(workflow)
        await stage.watch.follow(workflow.name)
        _ = stage.server.takeCalls()
    }

    /// Executions one after the other.
    struct Alone: Sendable {
        /// From before the request to the end's event.
        var ends = Samples()
        /// The requests that started them.
        var writes = Samples()
        /// Used until the stack was at rest again.
        var used: Usage?
    }

    /// Numbers from here on, so that those at once and alone differ.
    private static let aloneFrom = 900_000_000
    /// The first few find everything cold and are not counted.
    private static let cold = 3

    func alone(_ count: Int) async throws -> Alone {
        var outcome = Alone()
        let bar = stage.tell.bar("\(workflow.name): one at a time", of: count)
        var before: Usage?
        for number in 0..<count + Self.cold {
            if number == Self.cold {
                await stage.rest()
                before = try await Usage.read(stage)
            }
            let began = ContinuousClock.now
            let id = try await stage.api.execute(workflow, number: Self.aloneFrom + number)
            let answered = ContinuousClock.now
            guard let end = try await stage.watch.end(of: id) else {
                throw BenchError("execution \(id) did not end within 60 s; see the logs in the run folder")
            }
            guard end.isCompleted else { throw BenchError("execution \(id) ended by \(end.kind)") }
            guard number >= Self.cold else { continue }
            bar(number + 1 - Self.cold)
            outcome.writes.add(answered - began)
            outcome.ends.add(end.at - began)
        }
        await stage.rest()
        if let before { outcome.used = try await Usage.read(stage) - before }
        return outcome
    }

    /// Executions all at once.
    struct Together: Sendable {
        /// From before each request to its end's event.
        var ends = Samples()
        /// The requests.
        var writes = Samples()
        /// Which execution has which number.
        var numbers: [String: Int] = [:]
        /// When the first request was made.
        var began = ContinuousClock.now
        /// From then to the last answer, and to the last execution's end.
        var submitting: Duration = .zero
        var whole: Duration = .zero
        /// How many were started, and how many of these ended as they should.
        var started = 0
        var completed = 0
        /// Used until the stack was at rest again.
        var used: Usage?

        /// Completed a second, submission included.
        var rate: Double { Double(completed) / max(whole.asSeconds, 1e-9) }
        /// What speaks against it.
        var faults: [String] {
            completed == started ? [] : ["\(started - completed) of \(started) executions did not complete"]
        }
    }

    /// Starts `count` at once and waits for all ends, or until none has come for half a minute.
    func together(_ count: Int) async throws -> Together {
        let before = try await Usage.read(stage)
        var outcome = Together()
        async let submitting = submit(count)
        let bar = stage.tell.bar("\(workflow.name): at once", of: count)
        try await stage.watch.read(until: count) { bar($0) }
        let submitted = try await submitting
        outcome.submitting = submitted.answered - outcome.began
        outcome.writes = submitted.writes
        outcome.started = submitted.starts.count
        let ended = await stage.watch.ended
        var last = outcome.began
        for start in submitted.starts {
            outcome.numbers[start.id] = start.number
            guard let end = ended[start.id], end.isCompleted else { continue }
            outcome.completed += 1
            outcome.ends.add(end.at - start.at)
            last = max(last, end.at)
        }
        outcome.whole = last - outcome.began
        await stage.rest()
        outcome.used = try await Usage.read(stage) - before
        return outcome
    }

    /// What all requests together brought.
    private struct Submitted: Sendable {
        var starts: [(id: String, number: Int, at: ContinuousClock.Instant)] = []
        var writes = Samples()
        var answered = ContinuousClock.now
    }

    private func submit(_ count: Int) async throws -> Submitted {
        let clients = stage.options.clients
        return try await withThrowingTaskGroup(of: Submitted.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var own = Submitted()
                    for number in stride(from: client, to: count, by: clients) {
                        let began = ContinuousClock.now
                        let id = try await stage.api.execute(workflow, number: number)
                        own.writes.add(ContinuousClock.now - began)
                        own.starts.append((id, number, began))
                    }
                    return own
                }
            }
            var whole = Submitted()
            for try await own in group {
                whole.starts += own.starts
                whole.writes.add(own.writes)
            }
            whole.answered = ContinuousClock.now
            return whole
        }
    }
}
