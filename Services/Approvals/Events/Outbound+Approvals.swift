import ApprovalsDomain
import Contracts
import Core
import Messaging
import ProtoWire

/// A message of the events topic.
func outbound(
    _ id: String, _ message: some ProtoMessage, key: String, tenant: String, cause: String?, correlation: String?,
    trace: String?, at now: Instant
) -> Outbound {
    let envelope = Envelope(
        id: id, type: "", source: Announcement.source, time: now, tenant: tenant, correlationID: correlation,
        causationID: cause, traceparent: trace)
    return Outbound(topic: .approvalsEvents, key: key, envelope: envelope, message: message)
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
