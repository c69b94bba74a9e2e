import Contracts
import Core
import Messaging
import ProtoWire
import Workflow

/// Answers to commands; their ids follow from the command's.
extension Announcer {
    /// A command about an execution was refused.
    func refused(_ incoming: Incoming, _ rejection: Rejection, now: Instant) -> Outbound {
        let body = OrchestratorV1.CommandRejected(
            executionID: incoming.executionID, commandID: incoming.envelope.id,
            rejection: CoreV1.Rejection(rejection))
        return answer(incoming, Topic.orchestratorEvents, key: incoming.executionID, "/rejected", body, now)
    }

    /// A definition was refused.
    func refused(
        _ incoming: Incoming, _ reference: CoreV1.DefinitionReference, commandID: String, _ rejection: Rejection,
        now: Instant
    ) -> Outbound {
        let body = OrchestratorV1.DefinitionRejected(
            commandID: commandID, definition: reference, rejection: CoreV1.Rejection(rejection))
        return answer(incoming, Topic.orchestratorEvents, key: incoming.message.key, "/rejected", body, now)
    }

    /// A definition is registered; said again for a repeated command.
    func registered(
        _ incoming: Incoming, _ reference: DefinitionReference, commandID: String, digest: String, now: Instant
    ) -> Outbound {
        let body = OrchestratorV1.DefinitionRegistered(
            commandID: commandID, definition: CoreV1.DefinitionReference(reference), digest: digest)
        return answer(incoming, Topic.orchestratorEvents, key: incoming.message.key, "/registered", body, now)
    }

    /// A definition is there, for whoever keeps copies.
    func published(
        _ incoming: Incoming, _ reference: DefinitionReference, digest: String, document: JSON, now: Instant
    ) async throws -> Outbound {
        let body = OrchestratorV1.DefinitionPublished(
            definition: CoreV1.DefinitionReference(reference), digest: digest,
            document: try await claims.payload(document), timeUs: now.microseconds)
        let key = "\(incoming.envelope.tenant)/\(reference.namespace)/\(reference.name)/\(reference.version)"
        return answer(incoming, Topic.definitions, key: key, "/published", body, now)
    }

    func answer(
        _ incoming: Incoming, _ topic: Topic, key: String, _ suffix: String, _ message: some ProtoMessage,
        _ now: Instant
    ) -> Outbound {
        let cause = incoming.envelope
        let envelope = Envelope(
            id: cause.id + suffix, type: "", source: Self.source, time: now,
            tenant: cause.tenant, correlationID: cause.correlationID, causationID: cause.id,
            traceparent: cause.traceparent)
        return Outbound(topic: topic, key: key, envelope: envelope, message: message)
    }
}
