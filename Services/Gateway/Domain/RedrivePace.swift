/// How fast a redrive goes: its rate, and how many letters may be out of which nobody knows yet what became of them.
public struct RedrivePace: Sendable, Hashable {
    /// Letters a second at most, above 0.
    public let rate: Double
    /// The same failure so many times in a row ends it.
    public let stopAfter: Int

    /// The pace of a redrive that stops after `stopAfter` failures.
    public init(rate: Double, stopAfter: Int) {
        precondition(rate > 0 && stopAfter > 0, "a redrive that never goes on")
        (self.rate, self.stopAfter) = (rate, stopAfter)
    }

    /// How many letters may be published now, with `unsettled` ones out: those of a tenth of a second at most. Before
    /// one is taken no more are out than it takes to stop, so that a cause that stays costs no more than those.
    public func room(unsettled: Int64, taken: Int64, died: Int64) -> Int {
        let window =
            taken == 0 ? max(1, stopAfter - Int(clamping: died)) : max(stopAfter, Int(rate.rounded(.up)))
        return max(0, min(max(1, Int(rate / 10)), window - Int(clamping: unsettled)))
    }

    /// How long to wait after `sent` letters; after none, for the services to tell of those that are out.
    public func pause(after sent: Int) -> Duration {
        sent == 0 ? .milliseconds(100) : .microseconds(Int64((Double(sent) / rate * 1e6).rounded(.up)))
    }
}
