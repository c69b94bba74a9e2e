import Contracts
import Core
import Kafka
import ProtoWire

/// Learns from the orchestrator's events when executions of one workflow end: at once, and without load on the API. One
/// reader for all workloads, so that nothing is read twice.
actor CompletionWatch {
    /// How an execution ended, and when that was read.
    struct End: Sendable {
        var at: ContinuousClock.Instant
        /// The same moment on the wall's clock.
        var time: Instant
        var kind: String
        var isCompleted: Bool { kind == "executionCompleted" }
    }

    private let reader: TopicReader
    private var workflow = ""

    /// Executions of the followed workflow whose last event was read.
    private(set) var ended: [String: End] = [:]
    /// When their timers were set, and when these fired, by the orchestrator's clock.
    private(set) var timersSet: [String: Instant] = [:]
    private(set) var timersFired: [String: Instant] = [:]

    init(_ places: Places, tag: String) {
        reader = TopicReader(
            [places.topicPrefix + "orchestrator.events.v1"], group: "bench-\(tag)", bootstrap: places.kafka)
    }

    /// Joins the topic, before the first execution is started.
    func join() async throws { take(try await reader.join()) }

    /// Forgets what was before and looks at this workflow alone.
    func follow(_ workflow: String) {
        self.workflow = workflow
        (ended, timersSet, timersFired) = ([:], [:], [:])
    }

    /// Reads on; waits at most `wait` for something to come.
    func read(wait: Duration = .milliseconds(500)) async throws { take(try await reader.next(wait: wait)) }

    /// Reads until `count` executions have ended, or none has for `patience`; tells `progress` how many have.
    func read(
        until count: Int, patience: Duration = .seconds(30), _ progress: (Int) -> Void = { _ in }
    ) async throws {
        var last = (count: ended.count, at: ContinuousClock.now)
        while ended.count < count, ContinuousClock.now - last.at < patience {
            try await read()
            guard ended.count > last.count else { continue }
            last = (ended.count, ContinuousClock.now)
            progress(ended.count)
        }
    }

    /// How this execution ended; nil when it has not within `limit`.
    func end(of id: String, within limit: Duration = .seconds(60)) async throws -> End? {
        let began = ContinuousClock.now
        while ended[id] == nil, ContinuousClock.now - began < limit { try await read() }
        return ended[id]
    }

    func close() async { await reader.close() }

    private func take(_ records: [KafkaRecord]) {
        guard !records.isEmpty else { return }
        let (now, time) = (ContinuousClock.now, SystemClock().now())
        for record in records {
            let type = record.headers.last { $0.name == "ce_type" }
            guard type?.value.elementsEqual(OrchestratorV1.ExecutionEvents.protoName.utf8) == true,
                let message = try? OrchestratorV1.ExecutionEvents(protoBytes: record.value ?? [])
            else { continue }
            for event in message.events where event.definition?.name == workflow { take(event, now, time) }
        }
    }

    private func take(_ event: OrchestratorV1.ExecutionEvent, _ now: ContinuousClock.Instant, _ time: Instant) {
        let id = event.executionID
        switch event.kind {
        case "executionCompleted", "executionFaulted", "executionCancelled":
            if ended[id] == nil { ended[id] = End(at: now, time: time, kind: event.kind) }
        case "timerSet": timersSet[id] = Instant(microseconds: event.timeUs)
        case "timerFired": timersFired[id] = Instant(microseconds: event.timeUs)
        default: break
        }
    }
}
