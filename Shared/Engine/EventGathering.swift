public import Core
public import Expressions
public import Workflow

/// What has come of the events that a strategy asks for. The same for a `listen` and for what starts executions.
public struct EventGathering: Sendable, Hashable {
    /// What one event means to it.
    public struct Step: Sendable, Hashable {
        /// The positions of the filters that it meets.
        public var filters: [Int]
        /// The positions of the filters below `until` that it meets.
        public var stops: [Int]
        /// The keys that it is the first to give.
        public var keys: [String: String]
        /// What of it is handed on; nil when it only ends the wait.
        public var item: JSON?
    }

    /// What was consumed, in order.
    public private(set) var items: [JSON] = []
    /// How many events were consumed.
    public private(set) var count = 0
    /// The values that tie the events together, as far as they are known.
    public private(set) var keys: [String: String] = [:]
    private var met: [Int] = []
    private var stopped: [Int] = []

    /// Nothing has come yet.
    public init() {}

    /// What `event` means; nil when it does not fit. `expected` are the keys that filters ask for, by their pointers.
    public func step(
        _ event: JSON, _ strategy: EventStrategy, _ reading: EventReading, expected: [String: [String: String]] = [:],
        _ evaluate: EventEvaluator
    ) -> Step? {
        var step = Step(filters: [], stops: [], keys: [:])
        if strategy.filters.isEmpty, strategy.kind == .any {
            step.item = reading.part(of: event)
        }
        for (position, filter) in strategy.filters.enumerated() where isOpen(position, strategy.kind, met) {
            guard let keys = fit(filter, event, step.keys, expected, evaluate) else { continue }
            step.filters.append(position)
            step.keys = keys
            step.item = reading.part(of: event)
            if strategy.kind != .all { break }
        }
        if let stops = strategy.stops {
            for (position, filter) in stops.filters.enumerated() where isOpen(position, stops.kind, stopped) {
                guard let keys = fit(filter, event, step.keys, expected, evaluate) else { continue }
                step.stops.append(position)
                step.keys = keys
            }
            if stops.filters.isEmpty { step.stops = [0] }
        }
        return step.item == nil && step.stops.isEmpty ? nil : step
    }

    private func isOpen(_ position: Int, _ kind: EventStrategy.Kind, _ met: [Int]) -> Bool {
        kind != .all || !met.contains(position)
    }

    /// The new keys with those of `event`; nil when it does not fit.
    private func fit(
        _ filter: EventFilter, _ event: JSON, _ new: [String: String], _ expected: [String: [String: String]],
        _ evaluate: EventEvaluator
    ) -> [String: String]? {
        guard filter.fits(event, evaluate), let found = filter.keys(of: event, evaluate) else { return nil }
        var keys = new
        for (name, value) in found {
            if let wanted = expected[filter.pointer]?[name] ?? self.keys[name] ?? keys[name] {
                if wanted != value { return nil }
            } else {
                keys[name] = value
            }
        }
        return keys
    }

    /// Takes an event in. With `keepsItems` false only counts it.
    public mutating func take(_ step: Step, keepsItems: Bool = true) {
        for filter in step.filters where !met.contains(filter) { met.append(filter) }
        for stop in step.stops where !stopped.contains(stop) { stopped.append(stop) }
        keys.merge(step.keys) { old, _ in old }
        guard let item = step.item else { return }
        count += 1
        if keepsItems { items.append(item) }
    }

    /// Whether enough has come.
    public func isComplete<E: Error>(
        _ strategy: EventStrategy, _ evaluate: (Expression) throws(E) -> Bool
    ) throws(E) -> Bool {
        switch strategy.until {
        case .never?: return false
        case .condition(let condition)?: return count > 0 ? try evaluate(condition) : false
        case .consumed(let stops)?: return Self.isMet(stops, stopped)
        case nil: return strategy.kind == .all ? Self.isMet(strategy, met) : count > 0
        }
    }

    private static func isMet(_ strategy: EventStrategy, _ met: [Int]) -> Bool {
        strategy.kind == .all ? met.count == strategy.filters.count : !met.isEmpty
    }

    /// The whole; see `init(json:)`.
    public var json: JSON {
        [
            "items": .array(items), "count": .integer(Int64(count)), "keys": .texts(keys), "met": .numbers(met),
            "stopped": .numbers(stopped),
        ]
    }

    /// Reads what `json` wrote.
    public init?(json: JSON) {
        guard let items = json["items"]?.array, let count = json["count"]?.int, let keys = json["keys"]?.texts,
            let met = json["met"]?.numbers, let stopped = json["stopped"]?.numbers
        else { return nil }
        (self.items, self.count, self.keys, self.met, self.stopped) = (items, count, keys, met, stopped)
    }
}
