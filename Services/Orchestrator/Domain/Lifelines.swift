public import Core

/// What an open execution goes on by, as far as tables hold it: either what its state says must be there, or what is.
public struct Lifelines: Sendable, Hashable {
    /// A filter by which events are found.
    public struct Filter: Sendable, Hashable {
        /// The subscription.
        public var subscription: String
        /// JSON pointer of the filter in the definition.
        public var pointer: String

        /// The filter at `pointer` of `subscription`.
        public init(subscription: String, pointer: String) {
            (self.subscription, self.pointer) = (subscription, pointer)
        }
    }

    /// Something that must be there and is not, or not as it must be.
    public enum Loss: Sendable, Hashable {
        /// A timer is gone, or due at another time than this.
        case timer(String, due: Instant)
        /// Nobody knows any more that this attempt of a task is waited for.
        case task(String, attempt: Int)
        /// Events of this filter find nobody.
        case filter(Filter)
    }

    /// When timers are due, by id.
    public var timers: [String: Instant]
    /// Which attempts are waited for, by task id.
    public var tasks: [String: Int]
    /// Filters of events.
    public var filters: Set<Filter>

    /// By default nothing.
    public init(timers: [String: Instant] = [:], tasks: [String: Int] = [:], filters: Set<Filter> = []) {
        (self.timers, self.tasks, self.filters) = (timers, tasks, filters)
    }

    /// What of this is missing among `found`, or is there otherwise; in a fixed order. More than is needed is no loss:
    /// what an execution does not know changes nothing.
    public func losses(in found: Lifelines) -> [Loss] {
        let timers = timers.filter { found.timers[$0.key] != $0.value }.sorted { $0.key < $1.key }
        let tasks = tasks.filter { found.tasks[$0.key] != $0.value }.sorted { $0.key < $1.key }
        let filters = filters.subtracting(found.filters).sorted {
            ($0.subscription, $0.pointer) < ($1.subscription, $1.pointer)
        }
        return timers.map { .timer($0.key, due: $0.value) } + tasks.map { .task($0.key, attempt: $0.value) }
            + filters.map { .filter($0) }
    }
}
