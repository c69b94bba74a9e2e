public import Core
public import Expressions

/// What a function is told beside its arguments.
public struct FunctionContext: Sendable {
    /// Unique for ever, the same in every attempt: ids that the other side sees are made from it.
    public var callID: String
    /// Sent as `Idempotency-Key` with requests that are not repeatable by nature; nil sends none.
    public var idempotencyKey: String?
    /// When the result is of no use any more, if ever: a little later the call ends by itself.
    public var deadline: Instant?
    /// When the work was asked for: subscriptions begin there, also after a crash. Nil is when it runs.
    public var requestedAt: Instant?
    /// What is to be evaluated here, and which secrets may be read.
    public var deferred: DeferredExpressions
    /// The secrets that were read for this call.
    var secrets = SecretValues()

    /// A context.
    public init(
        callID: String, idempotencyKey: String? = nil, deadline: Instant? = nil, requestedAt: Instant? = nil,
        deferred: DeferredExpressions = DeferredExpressions()
    ) {
        (self.callID, self.idempotencyKey) = (callID, idempotencyKey)
        (self.deadline, self.requestedAt, self.deferred) = (deadline, requestedAt, deferred)
    }

    /// The text without the values of secrets.
    func redacted(_ text: String) -> String { secrets.redacted(text) }

    /// The expression that belongs to a place in the arguments, if one was deferred.
    func expression(at pointer: String) -> String? {
        deferred.places.first { $0.pointer.description == pointer }?.source
    }
}
