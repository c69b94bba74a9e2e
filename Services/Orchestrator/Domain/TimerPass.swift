public import Core

/// Goes over the due timers, look by look. A full look that could not fire all it found is followed by one behind it,
/// until all that were due have been seen: timers that other processes hold, or that cannot fire, never stand before
/// others. Those of an execution that cannot be read or written are left alone for `patience`; another version may fire
/// them meanwhile.
public struct TimerPass: Sendable, Hashable {
    /// Where a timer stands among all: earlier ones first, those of one moment by id.
    public struct Position: Sendable, Hashable {
        /// When the timer is due.
        public var due: Instant
        /// The timer's id.
        public var id: String

        /// A timer's place.
        public init(due: Instant, id: String) { (self.due, self.id) = (due, id) }
    }

    /// What a look has come to.
    public struct Look: Sendable, Hashable {
        /// How many due timers it found, those included that nobody here can fire.
        public var found = 0
        /// How many of them fired.
        public var taken = 0
        /// Timers that were left out, now or before.
        public var left = 0
        /// The executions whose timers turned out now not to be able to fire.
        public private(set) var unable: Set<String> = []
        /// The last timer found.
        public var last: Position?
        /// When the next timer is due that was not due yet.
        public var next: Instant?

        /// A look that found nothing.
        public init() {}

        /// Leaves out a timer of an execution that cannot be read or written.
        public mutating func leave(_ executionID: String) {
            left += 1
            unable.insert(executionID)
        }
    }

    /// How long an execution is left alone.
    public static let patience = Duration.seconds(60)

    private let plan: TimerPlan
    /// Behind which timer the next look begins; nil: at the earliest.
    public private(set) var after: Position?
    /// When the pass began. It looks at what was due then, so it has an end, whatever is set meanwhile.
    public private(set) var moment = Instant(microseconds: 0)
    /// Timers that other processes held during this pass.
    private var held = 0
    /// Executions that are left alone, and when they are tried again.
    private var retries: [String: Instant] = [:]

    /// Before the first look.
    public init(_ plan: TimerPlan) { self.plan = plan }

    /// Called at `now`, before a look.
    public mutating func begin(now: Instant) {
        guard after == nil else { return }
        (moment, held) = (now, 0)
        if !retries.isEmpty { retries = retries.filter { $0.value > now } }
    }

    /// Whether the execution is left alone still.
    public func leavesOut(_ executionID: String) -> Bool { retries[executionID] != nil }

    /// Takes in what the look came to, at `now`; how long to wait before the next.
    public mutating func end(_ look: Look, now: Instant) -> Duration {
        for id in look.unable { retries[id] = now + Self.patience }
        held += look.found - look.left - look.taken
        let goesOn = look.found >= plan.batch && (after != nil || look.taken < look.found)
        after = goesOn ? look.last : nil
        return goesOn ? .zero : plan.wait(found: look.taken + held, taken: look.taken, next: look.next, now: now)
    }
}
