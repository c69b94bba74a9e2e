/// How many of everything. The defaults are those that the aims speak of.
struct Sizes: Sendable, Equatable {
    /// W1a: executions of pure tasks at once.
    var pure = 10_000
    /// W1b, W5, W8: executions of worker tasks at once.
    var together = 2_000
    /// W1b: one at a time.
    var alone = 100
    /// W2: executions, and tasks side by side in each.
    var fans = 20
    var branches = 100
    /// W3: timers.
    var timers = 10_000
    /// W4: executions under way when services are killed.
    var crashed = 1_000
    /// W5: finished executions.
    var history = 1_000_000
    /// W6: executions that wait.
    var waiting = 100_000
    /// W7: writes, and reads, a second; for so many seconds.
    var rate = 500
    var seconds = 60
    /// Fair: tasks of the tenant that floods, and seconds that the others are alone.
    var flood = 50_000
    var quiet = 60

    /// Enough to go through all code.
    static let quick = {
        var sizes = Sizes()
        (sizes.pure, sizes.together, sizes.alone, sizes.fans, sizes.branches) = (100, 60, 5, 2, 20)
        (sizes.timers, sizes.crashed, sizes.history, sizes.waiting) = (100, 60, 2000, 200)
        (sizes.rate, sizes.seconds) = (20, 2)
        (sizes.flood, sizes.quiet) = (200, 3)
        return sizes
    }()

    /// All counts times `factor`, none below 1. Rates, branches and seconds stay.
    func scaled(by factor: Double) -> Sizes {
        var sizes = self
        let counts: [WritableKeyPath<Sizes, Int>] = [
            \.pure, \.together, \.alone, \.fans, \.timers, \.crashed, \.history, \.waiting,
            \.flood,
        ]
        for count in counts { sizes[keyPath: count] = max(1, Int((Double(self[keyPath: count]) * factor).rounded())) }
        return sizes
    }
}
