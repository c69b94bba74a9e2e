import Core
import Kafka

/// W6: executions that wait for an event, a restart, and an event for each.
enum Waiting: Workload {
    static let name = "W6"
    private static let parts = ["orchestrator"]

    static func measure(on stage: Stage) async throws -> Report.Section {
        let control = try stage.control()
        let type = "bench.called.\(stage.tag)"
        let run = try await ExecutionRun(.listener("listener-\(stage.tag)", type: type), on: stage)
        let first = try await stage.api.execute(run.workflow, number: 0)
        await stage.rest()
        let identity = RowCopies.Identity(
            id: first, key: run.workflow.key(0), idPrefix: stage.idPrefix(6))
        let count = stage.sizes.waiting
        let rows = try await RowCopies(identity, on: stage.places.product, tag: stage.tag + "w")
            .make(count, tell: stage.tell)
        let producer = KafkaProducer(KafkaConfiguration(bootstrap: stage.places.kafka, clientID: "cadenza-bench"))
        let caller = Caller(producer: producer, topic: stage.places.topicPrefix + "ingress.events.v1", type: type)
        try control.kill(parts)
        try await caller.call([run.workflow.key(0)])
        let restarted = try await control.start(parts)
        let end = try await stage.watch.end(of: first)
        let before = try await Usage.read(stage)
        let began = ContinuousClock.now
        async let calling: Void = caller.call((1...count).map { run.workflow.key($0) })
        let bar = stage.tell.bar("events to \(count) executions", of: count)
        try await stage.watch.read(until: count + 1) { bar($0 - 1) }
        try await calling
        await producer.close()
        let ends = await stage.watch.ended
        let copies = (1...count).compactMap { ends[identity.id($0)] }.filter(\.isCompleted)
        let whole = ((copies.map(\.at).max() ?? began) - began).asSeconds
        await stage.rest()
        let used = try await Usage.read(stage) - before
        return section(
            stage, recovery: end.map { ($0.at - restarted).asSeconds }, completed: copies.count,
            rate: Double(copies.count) / max(whole, 1e-9), used, rows)
    }

    /// Publishes events as outside systems do: CloudEvents in JSON on the topic.
    private struct Caller: Sendable {
        let producer: KafkaProducer
        let topic: String
        let type: String

        func call(_ keys: [String]) async throws {
            for start in stride(from: 0, to: keys.count, by: 500) {
                try await producer.send(
                    keys[start..<min(start + 500, keys.count)].map { key in
                        let event: JSON = [
                            "specversion": "1.0", "id": .string(key), "source": "bench", "type": .string(type),
                            "datacontenttype": "application/json", "data": ["key": .string(key)],
                        ]
                        return KafkaMessage(
                            topic: topic, key: Array(key.utf8), value: event.bytes(),
                            headers: [KafkaHeader("content-type", "application/cloudevents+json")])
                    })
            }
        }
    }

    private static func section(
        _ stage: Stage, recovery: Double?, completed: Int, rate: Double, _ used: Usage, _ rows: Int
    ) -> Report.Section {
        let (count, limits) = (stage.sizes.waiting, stage.limits)
        var faults = completed == count ? [] : ["\(count - completed) of \(count) executions did not get their event"]
        if recovery == nil { faults.append("the event published during the restart was not delivered") }
        var figures = [
            Figure(
                "recovery", "Orchestrator started to the first event delivered", recovery ?? .infinity, "s",
                aim: .atMost(10)),
            Figure(
                "rate", "Executions completed by one event each", rate, "/s",
                limit: limits.commitsTogether.rate / WorkerSequence.plainCommits, "one commit a step, 8 connections",
                aim: .atLeast(960)),
        ]
        figures += used.figures(by: completed, limits)
        return Report.Section(
            key: name,
            title: "W6   \(Figure.text(Double(count))) executions wait for an event (copies, \(rows) rows each)",
            figures: figures, faults: faults)
    }
}
