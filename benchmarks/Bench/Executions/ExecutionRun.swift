import Core
import Kafka
import Postgres

/// The workflow of five worker tasks through the running stack: first one at a time, then many at once.
struct ExecutionRun: Sendable {
    let places: Places
    let options: Options
    let tag: String
    let tell: Progress

    /// What was measured.
    struct Outcome: Sendable {
        /// From before the request to the end's event, one at a time.
        var alone = Samples()
        /// The requests that started them.
        var writesAlone = Samples()
        /// The same with all at once.
        var together = Samples()
        var writesTogether = Samples()
        /// From the first request to the last answer, and to the last execution's end.
        var submitting: Duration = .zero
        var whole: Duration = .zero
        /// How many were started at once, and how many of these ended as they should.
        var started = 0
        var completed = 0
        /// Used meanwhile.
        var cpu: CPUTimes?
        var postgres: ServerCounters
        var messages: Int64 = 0
        /// What went wrong.
        var faults: [String] = []
    }

    func run() async throws -> Outcome {
        let server = try StepServer()
        return try await server.serving {
            let workflow = StepWorkflow(name: "five-steps-\(tag)", port: server.port)
            let api = WorkflowAPI(places, clients: options.clients)
            defer { api.close() }
            tell("registering the workflow")
            try await api.register(workflow)
            var watch = CompletionWatch(places, workflow: workflow.name)
            try await watch.join()
            var outcome = Outcome(postgres: ServerCounters(writes: 0, logBytes: 0))
            tell("\(options.alone) executions one at a time")
            try await oneAtATime(api, workflow, &watch, &outcome)
            tell("\(options.executions) executions at once")
            let callsBefore = server.calls
            try await atOnce(api, workflow, &watch, &outcome)
            await watch.close()
            let (calls, wanted) = (server.calls - callsBefore, outcome.completed * StepWorkflow.steps)
            if calls != wanted { outcome.faults.append("\(calls) calls were made where \(wanted) were to be") }
            return outcome
        }
    }

    /// The first few find everything cold and are not counted.
    private static let cold = 5

    private func oneAtATime(
        _ api: WorkflowAPI, _ workflow: StepWorkflow, _ watch: inout CompletionWatch, _ outcome: inout Outcome
    ) async throws {
        for number in 0..<options.alone + Self.cold {
            let began = ContinuousClock.now
            let id = try await api.execute(workflow, number: number)
            let answered = ContinuousClock.now
            while watch.ended[id] == nil {
                guard ContinuousClock.now - began < .seconds(60) else {
                    throw BenchError("execution \(id) did not end within 60 s; see the logs in the run folder")
                }
                try await watch.read(wait: .milliseconds(500))
            }
            guard let end = watch.ended[id], end.kind == "executionCompleted" else {
                throw BenchError("execution \(id) ended by \(watch.ended[id]?.kind ?? "nothing")")
            }
            guard number >= Self.cold else { continue }
            outcome.writesAlone.add(answered - began)
            outcome.alone.add(end.at - began)
        }
    }

    private func atOnce(
        _ api: WorkflowAPI, _ workflow: StepWorkflow, _ watch: inout CompletionWatch, _ outcome: inout Outcome
    ) async throws {
        let before = try await counters()
        let endedBefore = watch.ended.count
        let began = ContinuousClock.now
        async let submitting = submitAll(api, workflow)
        var progress = (count: 0, at: began)
        while watch.ended.count - endedBefore < options.executions, ContinuousClock.now - progress.at < .seconds(30) {
            try await watch.read(wait: .milliseconds(500))
            let count = watch.ended.count - endedBefore
            if count > progress.count { progress = (count, ContinuousClock.now) }
        }
        let submitted = try await submitting
        let after = try await counters()
        outcome.submitting = submitted.answered - began
        outcome.writesTogether = submitted.writes
        outcome.started = submitted.starts.count
        var last = began
        for (id, start) in submitted.starts {
            guard let end = watch.ended[id], end.kind == "executionCompleted" else { continue }
            outcome.completed += 1
            outcome.together.add(end.at - start)
            last = max(last, end.at)
        }
        outcome.whole = last - began
        outcome.postgres = after.postgres - before.postgres
        outcome.messages = after.messages - before.messages
        if let late = after.cpu, let early = before.cpu { outcome.cpu = late - early }
        let missing = outcome.started - outcome.completed
        if missing > 0 { outcome.faults.append("\(missing) of \(outcome.started) executions did not complete") }
    }

    /// What all requests together brought.
    private struct Submitted: Sendable {
        var starts: [(id: String, at: ContinuousClock.Instant)] = []
        var writes = Samples()
        var answered = ContinuousClock.now
    }

    private func submitAll(_ api: WorkflowAPI, _ workflow: StepWorkflow) async throws -> Submitted {
        let first = options.alone + Self.cold
        return try await withThrowingTaskGroup(of: Submitted.self) { group in
            for client in 0..<options.clients {
                group.addTask {
                    var own = Submitted()
                    for number in stride(from: client, to: options.executions, by: options.clients) {
                        let began = ContinuousClock.now
                        let id = try await api.execute(workflow, number: first + number)
                        own.writes.add(ContinuousClock.now - began)
                        own.starts.append((id, began))
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

    private func counters() async throws -> (cpu: CPUTimes?, postgres: ServerCounters, messages: Int64) {
        let cpu = options.run.map { CPUTimes.read(run: $0) }
        let pool = PostgresPool(PostgresConfiguration(url: places.postgres, maximum: 1))
        let postgres = try await ServerCounters.read(on: pool)
        await pool.close()
        return (cpu, postgres, try await messages())
    }

    /// In all topics of the product: what lies before a group that has read nothing.
    private func messages() async throws -> Int64 {
        let admin = KafkaAdmin(KafkaConfiguration(bootstrap: places.kafka, clientID: "cadenza-bench"))
        let partitions = try await admin.describe().filter { $0.key.hasPrefix(places.topicPrefix) }
            .flatMap { topic, count in (0..<count).map { TopicPartition(topic, Int32($0)) } }
        return try await admin.lag(group: "bench-none-\(tag)", partitions).values.reduce(0, +)
    }
}
