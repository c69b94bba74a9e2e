public import Core
public import Engine

/// Moves a world: runs the calls of its executions and lets its time pass.
public struct Runner: Sendable {
    /// What time is.
    public enum Time: Sendable {
        /// Stands still while anything is done, then jumps to the next moment at which something happens. Calls are
        /// run one after the other, in the order of asking: the run depends on nothing but its input.
        case virtual
        /// Passes as the clock says. Calls are run side by side.
        case real(any WallClock)
    }

    /// The executions and what they wait for.
    public var world: World
    private let functions: any CallPerformer
    private let time: Time

    /// A runner of `world` whose calls `functions` runs.
    public init(_ world: World, functions: any CallPerformer, time: Time = .virtual) {
        (self.world, self.functions, self.time) = (world, functions, time)
        if case .real(let clock) = time { self.world.now = clock.now() }
    }

    /// Goes on until all executions have ended, or wait for something that nobody will bring, or `limit` has come.
    /// Each event is shown to `observe` once it holds. Throws `RunnerError`.
    public mutating func run(
        until limit: Instant? = nil, observe: (ExecutionEvent) -> Void = { _ in }
    ) async throws(RunnerError) {
        var seen = 0
        switch time {
        case .virtual: try await runVirtually(until: limit, &seen, observe)
        case .real(let clock): try await runReally(clock, until: limit, &seen, observe)
        }
    }

    private mutating func runVirtually(
        until limit: Instant?, _ seen: inout Int, _ observe: (ExecutionEvent) -> Void
    ) async throws(RunnerError) {
        if let failure = show(&seen, observe) { throw failure }
        while true {
            if Task.isCancelled { throw .cancelled }
            if let call = world.takeCall() {
                world.settle(call, await functions.perform(call))
            } else if let moment = world.nextMoment, !world.isOver, limit.map({ moment <= $0 }) ?? true {
                world.step()
            } else {
                if let limit, !world.isOver, world.nextMoment != nil { world.now = max(world.now, limit) }
                return
            }
            if let failure = show(&seen, observe) { throw failure }
        }
    }

    private enum Arrival: Sendable {
        case answer(FunctionCall, FunctionAnswer)
        case moment(Instant)
    }

    private mutating func runReally(
        _ clock: any WallClock, until limit: Instant?, _ seen: inout Int, _ observe: (ExecutionEvent) -> Void
    ) async throws(RunnerError) {
        let failure = await withTaskGroup(of: Arrival.self) { group -> RunnerError? in
            defer { group.cancelAll() }
            var (underWay, awaited) = (0, Set<Instant>())
            while true {
                world.now = max(world.now, clock.now())
                if let failure = show(&seen, observe) { return failure }
                if Task.isCancelled { return .cancelled }
                while let call = world.takeCall() {
                    let functions = functions
                    group.addTask { .answer(call, await functions.perform(call)) }
                    underWay += 1
                }
                if world.isOver || limit.map({ world.now >= $0 }) ?? false { return nil }
                if let moment = world.nextMoment, moment <= world.now {
                    world.step()
                    continue
                }
                for moment in [world.nextMoment, limit].compactMap(\.self) where awaited.insert(moment).inserted {
                    group.addTask {
                        // Cut short only when the run is over, and then nobody looks.
                        try? await clock.sleep(until: moment)
                        return .moment(moment)
                    }
                }
                guard underWay > 0 || world.nextMoment != nil else { return nil }
                switch await group.next() {
                case .answer(let call, let answer)?:
                    underWay -= 1
                    world.now = max(world.now, clock.now())
                    world.settle(call, answer)
                case .moment(let moment)?: awaited.remove(moment)
                case nil: return nil
                }
            }
        }
        if let failure { throw failure }
    }

    private func show(_ seen: inout Int, _ observe: (ExecutionEvent) -> Void) -> RunnerError? {
        while seen < world.log.count {
            observe(world.log[seen])
            seen += 1
        }
        let limit = world.options.eventLimit
        return world.log.count > limit ? .tooManyEvents(limit: limit) : nil
    }
}
