public import Core
import Engine

extension World {
    /// Plans the publication of a CloudEvent from outside: who waits for it is told.
    public mutating func publish(_ event: JSON, at moment: Instant) {
        eventCount += 1
        let delay = options.disturbance.draw([.reorder], at: "event:\(eventCount)").first?.delay ?? .zero
        agenda.add(.event(event), due: moment + delay, rank: rank("event:\(eventCount)"))
    }

    /// Publishes what an execution emits.
    mutating func emit(_ event: JSON) {
        published.append(event)
        publish(event, at: now)
    }

    mutating func deliver(_ event: JSON) {}
}
