import Core

extension ExecutionEvent.Outcome {
    /// The members of outcomes that concern events from outside.
    func writeEvents(to object: inout JSONObject) {
        switch self {
        case .subscriptionOpened(let subscription): object["subscription"] = subscription.json
        case .subscriptionClosed(let id): object["subscription"] = .string(id)
        case .eventReceived(let id, let event):
            object["subscription"] = .string(id)
            object["event"] = event
        case .correlationStarted(_, let subscription, let expected):
            object["subscription"] = subscription.json
            var wanted = JSONObject()
            for (pointer, keys) in expected.sorted(by: { $0.key < $1.key }) { wanted[pointer] = .texts(keys) }
            object["expected"] = .object(wanted)
        case .eventConsumed(_, let consumption): object["consumption"] = consumption.json
        case .eventHandled(_, let output, let context):
            object["output"] = output
            object["context"] = context?.json
        default: break
        }
    }

    init?(subscription kind: ExecutionEvent.Kind, object: JSONObject) {
        switch kind {
        case .subscriptionOpened:
            guard let subscription = object["subscription"].flatMap(EventSubscription.init(json:)) else { return nil }
            self = .subscriptionOpened(subscription)
        case .subscriptionClosed:
            guard let id = object["subscription"]?.string else { return nil }
            self = .subscriptionClosed(subscriptionID: id)
        default:
            guard let id = object["subscription"]?.string, let event = object["event"] else { return nil }
            self = .eventReceived(subscriptionID: id, event: event)
        }
    }

    init?(listening kind: ExecutionEvent.Kind, run: TaskRun, object: JSONObject) {
        switch kind {
        case .correlationStarted:
            guard let subscription = object["subscription"].flatMap(EventSubscription.init(json:)),
                let wanted = object["expected"]?.object
            else { return nil }
            var expected: [String: [String: String]] = [:]
            for (pointer, keys) in wanted { expected[pointer] = keys.texts ?? [:] }
            self = .correlationStarted(run, subscription, expected: expected)
        case .eventConsumed:
            guard let consumption = object["consumption"].flatMap(EventConsumption.init(json:)) else { return nil }
            self = .eventConsumed(run, consumption)
        case .eventHandled:
            let change = object["context"].map(ContextChange.init(json:))
            if case .some(.none) = change { return nil }
            self = .eventHandled(run, output: object["output"], context: change ?? nil)
        default: return nil
        }
    }
}
