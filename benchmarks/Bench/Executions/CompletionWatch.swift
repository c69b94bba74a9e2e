import Contracts
import Core
import Kafka
import ProtoWire

/// Learns from the orchestrator's events when executions of one workflow end: at once, and without load on the API.
struct CompletionWatch {
    private let reader: TopicReader
    private let workflow: String

    /// When each execution's last event was read, and what it was.
    private(set) var ended: [String: (at: ContinuousClock.Instant, kind: String)] = [:]

    init(_ places: Places, workflow: String) {
        reader = TopicReader(
            [places.topicPrefix + "orchestrator.events.v1"], group: "bench-\(workflow)", bootstrap: places.kafka)
        self.workflow = workflow
    }

    /// Joins the topic, before the first execution is started.
    mutating func join() async throws { take(try await reader.join()) }

    /// Reads on; waits at most `wait` for something to come.
    mutating func read(wait: Duration) async throws { take(try await reader.next(wait: wait)) }

    func close() async { await reader.close() }

    private mutating func take(_ records: [KafkaRecord]) {
        let now = ContinuousClock.now
        for record in records {
            let type = record.headers.last { $0.name == "ce_type" }
            guard type?.value.elementsEqual(OrchestratorV1.ExecutionEvents.protoName.utf8) == true,
                let message = try? OrchestratorV1.ExecutionEvents(protoBytes: record.value ?? []),
                let event = message.events.last, event.definition?.name == workflow,
                ["executionCompleted", "executionFaulted", "executionCancelled"].contains(event.kind),
                ended[event.executionID] == nil
            else { continue }
            ended[event.executionID] = (now, event.kind)
        }
    }
}
