import Contracts
import Messaging
import ProtoWire

/// A command as it came in.
struct IncomingCommand: Sendable {
    /// What it asks.
    enum Body: Sendable {
        case evaluate(PolicyV1.EvaluatePolicy)
        case register(PolicyV1.RegisterPolicy)
    }

    var body: Body
    var envelope: Envelope

    /// Reads a message of the commands topic. Throws when the body is not what its type says; nil when the type is not
    /// a command of this service.
    init?(_ message: Inbound) throws(Poison) {
        envelope = message.envelope
        switch message.envelope.type {
        case PolicyV1.EvaluatePolicy.protoName: body = .evaluate(try message.decode(PolicyV1.EvaluatePolicy.self))
        case PolicyV1.RegisterPolicy.protoName: body = .register(try message.decode(PolicyV1.RegisterPolicy.self))
        default: return nil
        }
    }

    /// The policy it is about.
    var policy: PolicyKey {
        switch body {
        case .evaluate(let asked): PolicyKey(tenant: envelope.tenant, name: asked.policy)
        case .register(let asked): PolicyKey(tenant: envelope.tenant, name: asked.name)
        }
    }

    /// The evaluation it asks for, if it is one.
    var evaluation: EvaluationKey? {
        guard case .evaluate(let asked) = body else { return nil }
        return EvaluationKey(tenant: envelope.tenant, id: asked.evaluationID)
    }

    /// The JSON that it carries.
    var payload: CoreV1.Payload? {
        switch body {
        case .evaluate(let asked): asked.input
        case .register(let asked): asked.document
        }
    }
}
