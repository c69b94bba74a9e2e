public import Cron

/// What starts executions of a definition by itself.
public enum ScheduleClause: Sendable {
    /// Again and again, so far apart, whether or not the last one has ended.
    case every(Duration)
    /// When the clock of a zone shows what the expression tells.
    case cron(CronExpression, CronZone)
    /// So long after the last one has ended.
    case after(Duration)
    /// When events have come; their list is the input.
    case on(EventStrategy, EventReading)
}
