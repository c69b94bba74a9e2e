import Contracts
import Core
import Engine
import Messaging

extension Announcer {
    /// The CloudEvents of the DSL, in structured mode. Their ids follow from the execution's sequence.
    func lifecycle(_ recorded: [Recorded]) async throws -> [Outbound] {
        var messages: [Outbound] = []
        var shared: (of: Recorded, text: JSONObjectText)?
        for one in recorded where !one.lifecycle.isEmpty {
            if shared == nil || !one.isTold(like: shared!.of) { shared = (one, Self.attributes(one)) }
            for (place, event) in one.lifecycle.enumerated() {
                messages.append(try await told(event, as: "\(one.id)/\(place)", one, shared!.text))
            }
        }
        return messages
    }

    /// What all that is decided together says of itself.
    private static func attributes(_ recorded: Recorded) -> JSONObjectText {
        let execution = recorded.event.executionID
        var text = JSONObjectText(capacity: 512)
        text.add("specversion", "1.0")
        text.add("source", source)
        text.add("time", recorded.event.time.description)
        text.add("tenant", recorded.tenant)
        text.add("subject", execution)
        text.add("correlationid", execution)
        text.add("causationid", recorded.causationID)
        if let context = recorded.traceparent { text.add("traceparent", context) }
        text.add("executionid", execution)
        text.add("datacontenttype", "application/json")
        return text
    }

    private func told(
        _ event: LifecycleEvent, as id: String, _ recorded: Recorded, _ shared: JSONObjectText
    ) async throws -> Outbound {
        let execution = recorded.event.executionID
        // First what events have in common: the outbox stores it once.
        var text = shared
        text.add("id", id)
        text.add("type", event.kind.type)
        if let run = event.run {
            text.add("taskid", "\(execution):\(run.number)")
            if let iteration = run.iteration { text.add("iteration", .integer(Int64(iteration))) }
        }
        if let attempt = event.attempt { text.add("attempt", .integer(Int64(attempt))) }
        var data = JSONObjectText(capacity: 256)
        event.eachMember { data.add($0, $1) }
        // A large output lies in the object store and is told by where the gateway serves it.
        switch try await claims.served(event.output, tenant: recorded.tenant) {
        case .inline(let output): data.add("output", text: output)
        case .address(let address): data.add("outputUri", address)
        case nil: break
        }
        text.add("data", data)
        return Outbound(topic: .lifecycleEvents, key: execution, id: id, structured: text)
    }
}

extension Recorded {
    /// Whether both were decided together.
    fileprivate func isTold(like other: Recorded) -> Bool {
        event.executionID == other.event.executionID && causationID == other.causationID
            && event.time == other.event.time && traceparent == other.traceparent
    }
}
