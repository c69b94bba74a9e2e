import Contracts
public import Core
public import Postgres
public import ProtoWire

/// One transaction of a service: what it changes and what it publishes become true together.
public final class MessageTransaction {
    /// The connection inside the transaction.
    public let connection: PostgresConnection
    /// The moment of the transaction; the same for all that is decided in it.
    public let now: Instant

    let service: String
    private(set) var outbound: [Outbound] = []
    private(set) var deadLetters: [DeadLetter] = []
    private(set) var actions: [() -> Void] = []
    /// Where the transaction's number is to be found, once it is asked for.
    var numbering: PostgresAnswer?

    init(connection: PostgresConnection, now: Instant, service: String) {
        (self.connection, self.now, self.service) = (connection, now, service)
    }

    /// Says early that something will be published. What publishing needs to know of the transaction then comes with
    /// the next statement, and what is performed after the last one goes in one trip with the commit; else that takes
    /// a trip more. Transactions whose messages are to go out in the order of their commits lock what they have in
    /// common by statements that they wait for: what they only perform comes too late to order them.
    public func willPublish() {
        if numbering == nil { numbering = connection.ask("SELECT pg_current_xact_id()::text AS transaction") }
    }

    /// The number by which the server knows the transaction.
    func number() async throws -> String {
        willPublish()
        guard let numbering, let row = try await connection.rows(of: numbering).first else {
            preconditionFailure("who has moved no partition publishes nothing")
        }
        return try row.string("transaction")
    }

    /// Publishes `message` once the transaction has committed.
    public func publish(_ message: Outbound) { outbound.append(message.storable) }

    /// Publishes a message of a schema. `id` must be the same when the same thing is published again; what is not given
    /// is taken from `cause`, the message that led to it.
    public func publish(
        _ message: some ProtoMessage, to topic: Topic, key: String, id: String, tenant: String, subject: String? = nil,
        causedBy cause: Envelope? = nil
    ) {
        let envelope = Envelope(
            id: id, type: "", source: "cadenza/\(service)", time: now, subject: subject, tenant: tenant,
            correlationID: cause?.correlationID ?? cause?.id, causationID: cause?.id, traceparent: cause?.traceparent)
        publish(Outbound(topic: topic, key: key, envelope: envelope, message: message))
    }

    /// Puts `message` aside for people to look at.
    public func deadLetter(_ message: Inbound, code: ErrorCode, cause: String, attempts: Int = 1) {
        deadLetters.append(DeadLetter(message.record, code: code, cause: cause, attempts: attempts))
    }

    /// Runs `body` so that it can be undone: when it throws, nothing is left of what it did, published or put aside,
    /// the transaction lives on, and the error is thrown on.
    public func attempt<Value>(_ body: () async throws -> Value) async throws -> Value {
        let mark = (outbound.count, deadLetters.count, actions.count)
        do { return try await connection.savepoint(body) } catch {
            outbound.removeSubrange(mark.0...)
            deadLetters.removeSubrange(mark.1...)
            actions.removeSubrange(mark.2...)
            throw error
        }
    }

    /// Runs `action` after the commit, on the committing task; not at all when it fails.
    public func afterCommit(_ action: @escaping () -> Void) { actions.append(action) }

    func hasPutAside(_ message: Inbound) -> Bool { deadLetters.contains { $0.record == message.record } }

    func add(_ letter: DeadLetter) { deadLetters.append(letter) }
}
