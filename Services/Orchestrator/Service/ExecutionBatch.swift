import Core
import Engine
import Messaging
import OrchestratorDomain
import Postgres
import Workflow

/// The executions that one transaction works on: locked and read at once, changed in memory, written back at once.
struct ExecutionBatch {
    /// Open executions as they stand now.
    private(set) var rows: [String: ExecutionRow] = [:]
    /// Ended ones that somebody still speaks of.
    private(set) var tombstones: [String: Tombstone] = [:]
    /// Those whose stored state this version cannot read.
    private(set) var unreadable: Set<String> = []
    private var recorded: [Recorded] = []
    /// Where the last event of each open execution stands among them.
    private var latest: [String: Int] = [:]
    private var isNew: Set<String> = []
    private var changed: Set<String> = []
    private var buried: [TombstoneStore.Row] = []
    private var ended: Set<String> = []
    private var timers: [String: TimerStore.Row?] = [:]
    private var tasks: [String: TaskStore.Row?] = [:]
    private var interests = SubscriptionChanges()
    /// Those that had subscriptions when they were read.
    private var listening: Set<String> = []
    let now: Instant
    /// Whether events are also told in the words of the DSL.
    private let tellsLifecycle: Bool

    /// An empty batch at `now`.
    init(now: Instant, tellsLifecycle: Bool) { (self.now, self.tellsLifecycle) = (now, tellsLifecycle) }

    /// Locks and reads the executions of `ids`, and of those that are not open what is left of them. `new` are those of
    /// them that will hardly be open: of these it is asked at once.
    mutating func load(_ ids: Set<String>, new: Set<String> = [], _ connection: PostgresConnection) async throws {
        guard !ids.isEmpty else { return }
        let (open, ended) = (ExecutionStore(connection: connection), TombstoneStore(connection: connection))
        let answer = open.ask(ids.sorted())
        // After the locks: one that ended while they were waited for has its tombstone by then.
        var found = try await ended.find(new.sorted())
        take(try await open.found(answer))
        let rest = ids.filter { rows[$0] == nil && !unreadable.contains($0) && !new.contains($0) }
        found += try await ended.find(rest.sorted())
        for tombstone in found { tombstones[tombstone.executionID] = tombstone }
    }

    /// Locks and reads those of `ids` that are open and that no other transaction holds.
    mutating func loadFree(_ ids: Set<String>, _ connection: PostgresConnection) async throws {
        take(try await ExecutionStore(connection: connection).lock(ids.sorted(), skippingLocked: true))
    }

    /// Whether anything was read of it.
    func knows(_ id: String) -> Bool { rows[id] != nil || tombstones[id] != nil || unreadable.contains(id) }

    private mutating func take(_ found: [ExecutionStore.Found]) {
        for one in found {
            if let row = one.row { rows[one.id] = row } else { unreadable.insert(one.id) }
            if one.row?.state.subscriptions.isEmpty == false { listening.insert(one.id) }
        }
    }

    /// Decides `command` and takes in what follows; what is refused changes nothing.
    mutating func decide(
        _ command: ExecutionCommand, of executionID: String, _ definition: CompiledDefinition,
        migratingTo target: CompiledDefinition? = nil, causationID: String, traceparent: String?
    ) -> Rejection? {
        var commands = [command]
        var at = 0
        let before = recorded.count
        while at < commands.count {
            defer { at += 1 }
            switch Engine.decide(rows[executionID]?.state, commands[at], definition, migratingTo: target, now: now) {
            case .rejected(let rejection): return rejection
            case .accepted(let events):
                for event in events {
                    record(event, causationID: causationID, traceparent: traceparent)
                    interests.note(event, tenant: rows[executionID]?.state.tenant ?? "", target ?? definition)
                    if case .executionMigrated = event.outcome, let target, let state = rows[executionID]?.state {
                        interests.migrate(state, target)
                    }
                    if let failure = Self.failure(of: event) { commands.append(failure) }
                }
            }
        }
        guard let state = rows[executionID]?.state else { return nil }
        if recorded.count > before { latest[executionID] = recorded.count - 1 }
        if state.status.isFinal { bury(state) }
        return nil
    }

    /// Notes that a start was refused: a repetition of it will be too.
    mutating func refuseStart(_ executionID: String, tenant: String) {
        let tombstone = Tombstone(executionID: executionID, tenant: tenant, ending: .rejected)
        tombstones[executionID] = tombstone
        buried.append(TombstoneStore.Row(tombstone: tombstone, sequence: 0, endedAt: now))
    }

    /// Drops a timer that its execution does not know (any more).
    mutating func dropTimer(_ id: String) { timers[id] = .some(nil) }

    /// A request that nobody can be asked, since its arguments are wrong.
    private static func failure(of event: ExecutionEvent) -> ExecutionCommand? {
        guard case .taskRequested(_, let request) = event.outcome, let taskID = event.taskID else { return nil }
        do {
            switch FunctionRoute(function: request.function) {
            case .policy: _ = try PolicyArguments(request.arguments)
            case .approval: _ = try ApprovalArguments(request.arguments)
            case .lane: return nil
            }
            return nil
        } catch {
            return .taskFailed(taskID: taskID, attempt: request.attempt, fault: error, usage: nil)
        }
    }

    private mutating func record(_ event: ExecutionEvent, causationID: String, traceparent: String?) {
        let id = event.executionID
        let lifecycle = tellsLifecycle ? LifecycleEvent.events(event, before: rows[id]?.state) : []
        if rows[id] == nil {
            guard let state = ExecutionState(event) else { preconditionFailure("a log begins with a start") }
            rows[id] = ExecutionRow(state: state, traceparent: traceparent)
            isNew.insert(id)
        } else {
            rows[id]!.state.apply(event)
        }
        changed.insert(id)
        note(event)
        let row = rows[id]!
        recorded.append(
            Recorded(
                event: event, sequence: row.state.sequence, status: row.state.status, definition: row.state.definition,
                tenant: row.state.tenant, causationID: causationID, traceparent: traceparent ?? row.traceparent,
                parent: row.state.parent, output: row.state.output, lifecycle: lifecycle))
    }

    /// Keeps the tables of timers and of outstanding tasks in step.
    private mutating func note(_ event: ExecutionEvent) {
        let id = event.executionID
        switch event.outcome {
        case .timerSet(let timer, _):
            timers[timer.id] = TimerStore.Row(id: timer.id, executionID: id, due: timer.due)
        case .timerCancelled(let timer), .timerFired(let timer): timers[timer] = .some(nil)
        case .taskRequested(let run, let request):
            tasks["\(id):\(run.number)"] = TaskStore.Row(
                id: "\(id):\(run.number)", executionID: id, task: run.task, attempt: Int32(clamping: request.attempt),
                function: request.function, deadline: request.deadline, requestedAt: event.time)
        case .taskCompleted(let run, _, _, _, _), .taskFaulted(let run, _, _), .taskCancelled(let run, _, _),
            .retryScheduled(let run, _, _), .requestCancelled(let run, _, _):
            tasks["\(id):\(run.number)"] = .some(nil)
        default: break
        }
    }

    private mutating func bury(_ state: ExecutionState) {
        let id = state.executionID
        let ending = Tombstone.Ending(rawValue: state.status.rawValue)
        guard let ending else { preconditionFailure("\(state.status) is no ending") }
        let tombstone = Tombstone(executionID: id, tenant: state.tenant, ending: ending)
        tombstones[id] = tombstone
        buried.append(TombstoneStore.Row(tombstone: tombstone, sequence: state.sequence, endedAt: now))
        if !isNew.contains(id) { ended.insert(id) }
        if listening.contains(id) { interests.end(id) }
        (rows[id], latest[id]) = (nil, nil)
    }

    /// All events that were decided, in order. The last of each execution that is open tells why it will go on; those
    /// before it do not, since with many tasks outstanding each would list nearly all of them again.
    func told() -> [Recorded] {
        var told = recorded
        for (id, position) in latest { told[position].causes = rows[id]?.state.explainedCauses }
        return told
    }

    /// Writes what changed, each table in one statement.
    func save(_ connection: PostgresConnection) async throws {
        let open = changed.sorted().compactMap { rows[$0] }
        let executions = ExecutionStore(connection: connection)
        let new = open.filter { isNew.contains($0.state.executionID) }
        guard try await executions.insert(new) == new.count else { throw ContendedStart() }
        try await executions.update(open.filter { !isNew.contains($0.state.executionID) })
        try await TombstoneStore(connection: connection).insert(buried)
        try await executions.delete(ended.sorted())
        let timerStore = TimerStore(connection: connection)
        try await timerStore.insert(
            timers.values.compactMap { $0 }.filter { rows[$0.executionID] != nil }.sorted { $0.id < $1.id })
        try await timerStore.delete(timers.filter { $0.value == nil }.keys.sorted())
        let taskStore = TaskStore(connection: connection)
        try await taskStore.upsert(
            tasks.values.compactMap { $0 }.filter { rows[$0.executionID] != nil }.sorted { $0.id < $1.id })
        try await taskStore.delete(tasks.filter { $0.value == nil }.keys.sorted())
        let scheduled = ended.filter { $0.hasPrefix(ScheduleDesk.prefix) }
        try await ScheduleStore(connection: connection).ended(scheduled.sorted(), now: now)
        try await interests.save(connection) { rows[$0] != nil }
    }
}
