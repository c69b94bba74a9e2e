public import Core
import Engine

extension World {
    /// Plans the publication of a CloudEvent from outside: who waits for it is told. What CloudEvents 1.0 requires and
    /// it lacks is filled in.
    public mutating func publish(_ event: JSON, at moment: Instant) {
        eventCount += 1
        let name = "event:\(eventCount)"
        var complete: JSONObject = [
            "specversion": "1.0", "id": .string(name), "source": "cadenza/run", "time": .string(moment.description),
        ]
        for (key, value) in event.object ?? [:] { complete[key] = value }
        var delay = Duration.zero
        for perturbation in options.disturbance.draw([.reorder, .duplicate], at: name) {
            guard perturbation.kind == .duplicate else {
                delay = perturbation.delay
                continue
            }
            agenda.add(.event(.object(complete)), due: moment + perturbation.delay, rank: rank(name + "+"))
        }
        agenda.add(.event(.object(complete)), due: moment + delay, rank: rank(name))
    }

    /// Publishes what an execution emits.
    mutating func emit(_ event: JSON) {
        published.append(event)
        publish(event, at: now)
    }

    /// Hands an event to every execution that wants events; which of them it fits is theirs to say.
    mutating func deliver(_ event: JSON) {
        deliverToSchedules(event)
        for id in order {
            for subscription in instances[id]?.state.subscriptions ?? [] {
                dispatch(.eventReceived(subscriptionID: subscription.id, event: event), to: id)
            }
        }
    }
}
