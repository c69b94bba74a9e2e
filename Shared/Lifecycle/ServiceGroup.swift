import Glibc

/// The services of a process: started in the listed order, stopped in the reverse one, each awaited before the next.
///
/// SIGTERM, SIGINT or the end of any member stop the group gracefully; a second signal, or the passing of `grace`,
/// cancels what still runs. So a member may rely on those listed before it for as long as it runs.
public struct ServiceGroup: Service {
    /// One service of the group.
    public struct Member: Sendable {
        /// For logs and errors.
        public let name: String
        let service: any Service
        let mayFinish: Bool

        /// A service. With `mayFinish` its end is fine; otherwise a service that returns unasked is a failure.
        public init(_ name: String, _ service: any Service, mayFinish: Bool = false) {
            (self.name, self.service, self.mayFinish) = (name, service, mayFinish)
        }
    }

    private let members: [Member]
    private let grace: Duration
    private let signals: [Int32]
    private let onEvent: @Sendable (ServiceGroupEvent) -> Void

    /// A group; nothing starts before `run`. A group within a group gets no `signals` of its own; by default they are
    /// SIGTERM and SIGINT. `onEvent` is told what happens, for logs.
    public init(
        _ members: [Member], grace: Duration, signals: [Int32]? = nil,
        onEvent: @escaping @Sendable (ServiceGroupEvent) -> Void = { _ in }
    ) {
        (self.members, self.grace, self.onEvent) = (members, grace, onEvent)
        self.signals = signals ?? [SIGTERM, SIGINT]
    }

    /// Runs all members until the last has ended. Throws the first failure of a member, or `ServiceGroupError` when the
    /// drain was cut short. Cancelling the task cancels all members.
    public func run() async throws { try await run(Shutdown()) }

    /// Runs all members until the last has ended; `shutdown` stops them like a signal. See `run()`.
    public func run(_ shutdown: Shutdown) async throws {
        guard !members.isEmpty else { return }
        let watch = SignalWatch(signals)
        defer { watch.end() }
        var run = Run(members: members, onEvent: onEvent)
        let failure = await withTaskGroup(of: Occurrence.self) { group in
            for index in members.indices { start(index, run.shutdowns[index], in: &group) }
            group.addTask { await watch.next() }
            group.addTask {
                await shutdown.wait()
                return .requested
            }
            while !run.machine.isFinished, let occurrence = await group.next() {
                for action in run.take(occurrence) { perform(action, run, in: &group) }
                if case .signal = occurrence { group.addTask { await watch.next() } }
            }
            group.cancelAll()
            return run.failure
        }
        if let failure { throw failure }
    }

    private func start(_ index: Int, _ shutdown: Shutdown, in group: inout TaskGroup<Occurrence>) {
        let member = members[index]
        onEvent(.started(member.name))
        group.addTask {
            do {
                try await member.service.run(shutdown)
                return .ended(index, nil)
            } catch {
                return .ended(index, error)
            }
        }
    }

    private func perform(_ action: ServiceGroupMachine.Action, _ run: Run, in group: inout TaskGroup<Occurrence>) {
        switch action {
        case .stop(let index):
            onEvent(.stopping(members[index].name))
            run.shutdowns[index].request()
        case .startDeadline:
            group.addTask { [grace] in
                do { try await Task.sleep(for: grace) } catch { return .nothing }
                return .deadline
            }
        case .cancelAll:
            onEvent(.cancelling(run.alive))
            group.cancelAll()
        }
    }
}

/// What a child of the group reports.
enum Occurrence: Sendable {
    case ended(Int, (any Error)?)
    case signal(Int32)
    case requested
    case deadline
    case nothing
}

/// The state of one run: the machine and what it must not hold.
private struct Run {
    let members: [ServiceGroup.Member]
    let onEvent: @Sendable (ServiceGroupEvent) -> Void
    let shutdowns: [Shutdown]
    var machine: ServiceGroupMachine
    var failure: (any Error)?

    init(members: [ServiceGroup.Member], onEvent: @escaping @Sendable (ServiceGroupEvent) -> Void) {
        (self.members, self.onEvent) = (members, onEvent)
        shutdowns = members.map { _ in Shutdown() }
        machine = ServiceGroupMachine(mayFinish: members.map(\.mayFinish))
    }

    var alive: [String] { machine.alive.map { members[$0].name } }

    mutating func take(_ occurrence: Occurrence) -> [ServiceGroupMachine.Action] {
        switch occurrence {
        case .nothing:
            return []
        case .requested:
            // A cancelled wait ends too, and so do the members then; only a request while running means to drain.
            return machine.state == .running ? machine.signalled() : []
        case .signal(let number):
            onEvent(.signalled(number))
            return cutShort(machine.signalled())
        case .deadline:
            return cutShort(machine.deadlinePassed())
        case .ended(let index, let error):
            let name = members[index].name
            let isCancel = error is CancellationError && machine.isCancelling
            if let error, !isCancel {
                onEvent(.failed(name, error))
                if failure == nil { failure = error }
            } else {
                onEvent(.stopped(name))
            }
            let actions = machine.ended(index, failed: error != nil && !isCancel)
            if machine.endedUnasked == index, failure == nil {
                failure = ServiceGroupError(code: .endedUnasked, members: [name])
            }
            return actions
        }
    }

    private mutating func cutShort(_ actions: [ServiceGroupMachine.Action]) -> [ServiceGroupMachine.Action] {
        if actions.contains(.cancelAll), failure == nil {
            failure = ServiceGroupError(code: .drainCutShort, members: alive)
        }
        return actions
    }
}
