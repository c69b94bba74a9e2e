import Contracts
import Core
import Engine
import Messaging

extension Announcer {
    /// The CloudEvents of the DSL, in structured mode. Their ids follow from the execution's sequence.
    func lifecycle(_ recorded: Recorded) async throws -> [Outbound] {
        var messages: [Outbound] = []
        for event in recorded.lifecycle {
            let execution = recorded.event.executionID
            var numbers: [String: Int] = [:]
            var extensions = ["executionid": execution]
            if let run = event.run {
                extensions["taskid"] = "\(execution):\(run.number)"
                numbers["iteration"] = run.iteration
            }
            numbers["attempt"] = event.attempt
            let envelope = Envelope(
                id: "\(recorded.id)/\(messages.count)", type: event.kind.type, source: Self.source,
                time: recorded.event.time, subject: execution, tenant: recorded.tenant, correlationID: execution,
                causationID: recorded.causationID, traceparent: recorded.traceparent, extensions: extensions)
            messages.append(
                Outbound(
                    topic: .lifecycleEvents, key: execution, structured: envelope, numbers: numbers,
                    data: try await data(of: event, tenant: recorded.tenant)))
        }
        return messages
    }

    /// A large output lies in the object store and is told by where the gateway serves it.
    private func data(of event: LifecycleEvent, tenant: String) async throws -> JSON {
        var data = event.data
        guard let output = event.output else { return .object(data) }
        if let address = try await claims.address(of: output, tenant: tenant) {
            data["outputUri"] = .string(address)
        } else {
            data["output"] = output
        }
        return .object(data)
    }
}
