import Core

/// What came of a setting.
struct Verdict {
    var breaches: [String]
    /// One number for all that happened.
    var trace: UInt64
    var steps: Int
    /// How often each sin happened, by place.
    var sins: [String: Int]
    /// How long the world lived, in seconds of its own.
    var seconds: Int

    /// Plays a setting.
    static func of(_ setting: Setting, isVerbose: Bool = false) throws -> Verdict {
        let world = try World(setting, isVerbose: isVerbose)
        var breaches: [String] = []
        if world.run() {
            breaches = Oracle(world).breaches
        } else {
            breaches = ["it did not come to rest: " + Rest(world).reasons().joined(separator: "; ")]
            breaches += world.journal.faults
        }
        world.end()
        return Verdict(
            breaches: breaches, trace: world.scheduler.trace, steps: world.scheduler.steps, sins: world.sins.counts,
            seconds: Int((world.scheduler.instant - Scheduler.start).components.seconds))
    }
}
