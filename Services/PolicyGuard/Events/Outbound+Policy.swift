import Contracts
import Core
import Messaging
import PolicyGuardDomain
import ProtoWire

/// A message that answers the command in `envelope`, by default on the events topic.
func outbound(
    _ id: String, _ message: some ProtoMessage, topic: Topic = .policyEvents, key: String, answering envelope: Envelope,
    at now: Instant
) -> Outbound {
    let own = Envelope(
        id: id, type: "", source: Answers.source, time: now, tenant: envelope.tenant,
        correlationID: envelope.correlationID ?? envelope.id, causationID: envelope.id,
        traceparent: envelope.traceparent)
    return Outbound(topic: topic, key: key, envelope: own, message: message)
}

/// Reads a command; what cannot be read goes to the dead letters.
func read(_ message: Inbound, _ transaction: MessageTransaction) -> IncomingCommand? {
    do throws(Poison) {
        if let command = try IncomingCommand(message) { return command }
        transaction.deadLetter(message, code: .unreadableCommand, cause: "the type is not a command of this service")
    } catch {
        transaction.deadLetter(message, code: error.code, cause: error.cause)
    }
    return nil
}
