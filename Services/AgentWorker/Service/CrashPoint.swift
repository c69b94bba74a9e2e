/// A boundary of a task's step: a worker that dies there leaves behind what was committed before, and nothing else.
struct CrashPoint: Sendable, Hashable {
    /// What the ledger writes, in the order of a step.
    enum Part: String, Sendable, CaseIterable { case opening, outcome, end }

    /// How far it is with that.
    enum Moment: String, Sendable, CaseIterable {
        /// It is known here alone.
        case asked
        /// It stands in a transaction that is not committed.
        case written
        /// It is committed, and nobody here knows it yet; its messages may not be published.
        case committed
    }

    var part: Part
    var moment: Moment

    init(_ part: Part, _ moment: Moment) { (self.part, self.moment) = (part, moment) }

    /// All of a step, in order.
    static let all = Part.allCases.flatMap { part in Moment.allCases.map { CrashPoint(part, $0) } }
}
