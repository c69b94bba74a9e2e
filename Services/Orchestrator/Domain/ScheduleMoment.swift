public import Core

/// When a schedule fires next. What was missed while nobody could fire is fired once, as soon as somebody can; then it
/// goes on at its own moments.
public enum ScheduleMoment {
    /// The first of `due`, `due` + `interval` … after `now`.
    public static func next(every interval: Duration, after due: Instant, now: Instant) -> Instant {
        guard due <= now else { return due }
        let step = interval.wholeMicroseconds
        precondition(step > 0, "an interval is longer than nothing")
        let missed = (now - due).wholeMicroseconds / step
        return due + .microseconds((missed + 1) * step)
    }
}
