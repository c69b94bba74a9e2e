/// Something that events may be of use for: one filter, or anything at all.
public struct EventInterest: Sendable {
    /// The filter's place in the document; the strategy's where it takes any event.
    public let pointer: String
    /// The filter; nil for any event.
    public let filter: EventFilter?
    /// The one type that events must have; nil when several may fit.
    public var type: String? { filter?.type }
}

extension EventStrategy {
    /// Its filters and those that end it.
    public var interests: [EventInterest] {
        if kind == .any, filters.isEmpty { return [EventInterest(pointer: pointer, filter: nil)] }
        return filters.map { EventInterest(pointer: $0.pointer, filter: $0) } + (stops?.interests ?? [])
    }
}

extension CompiledDefinition {
    /// What the `listen` at `task` is interested in; empty when there is none.
    public func interests(of task: String) -> [EventInterest] {
        guard case .listen(let clause)? = self.task(at: task)?.action else { return [] }
        return clause.strategy.interests
    }

    /// The interest at a place; nil when there is none.
    public func interest(at pointer: String) -> EventInterest? {
        if pointer.hasPrefix("/schedule/"), case .on(let strategy, _)? = schedule {
            return strategy.interests.first { $0.pointer == pointer }
        }
        for listen in listens where pointer.hasPrefix(listen.task + "/") {
            if let found = interests(of: listen.task).first(where: { $0.pointer == pointer }) { return found }
        }
        return nil
    }
}
