import Messaging

extension MessageOrigin {
    /// Remembers who asked.
    init(_ envelope: Envelope) {
        self.init(
            messageID: envelope.id, correlationID: envelope.correlationID ?? envelope.id,
            traceparent: envelope.traceparent)
    }

    /// The envelope of the message that asked, as far as an answer needs it.
    func envelope(_ transaction: MessageTransaction, tenant: String) -> Envelope {
        Envelope(
            id: messageID, type: "", source: "", time: transaction.now, tenant: tenant, correlationID: correlationID,
            traceparent: traceparent)
    }
}
