import Core
import Workflow

extension LifecycleEvent {
    /// What `event` is in the DSL's words, in order; none for what only the engine knows. `before` is the state that it
    /// is about to be applied to; nil for the first.
    public static func events(_ event: ExecutionEvent, before: ExecutionState?) -> [LifecycleEvent] {
        var mapping = LifecycleMapping(event: event, before: before)
        mapping.map()
        return mapping.events
    }
}

/// One event on its way into the DSL's words.
private struct LifecycleMapping {
    let event: ExecutionEvent
    let before: ExecutionState?
    var events: [LifecycleEvent] = []
    /// The execution's, once it was needed.
    private var name: String?

    init(event: ExecutionEvent, before: ExecutionState?) { (self.event, self.before) = (event, before) }

    mutating func map() {
        switch event.outcome {
        case .executionStarted(let definition, _, _, _, _):
            tell(.workflowStarted, ["definition": definition.json], definition: definition)
        case .executionSuspended:
            tell(.workflowSuspended)
            for frame in tasks { tell(.taskSuspended, frame.run, attempt: attempt(of: frame)) }
        case .executionResumed:
            tell(.workflowResumed)
            for frame in tasks { tell(.taskResumed, frame.run, attempt: attempt(of: frame)) }
        case .executionCancelled: tell(.workflowCancelled)
        case .executionFaulted(let fault): tell(.workflowFaulted, ["error": fault.json])
        case .executionCompleted(let output):
            tell(.workflowCompleted, output: output ?? before?.frame(0)?.data ?? .null)
        case .retryScheduled(let run, _, let retry): tell(.taskRetried, run, attempt: retry + 1)
        case .correlationStarted: tell(.correlationStarted)
        case .taskStarted(let run, let form, _): started(run, form)
        case .taskCompleted, .taskFaulted, .taskCancelled: ended()
        default: break
        }
    }

    private mutating func started(_ run: TaskRun, _ form: TaskForm) {
        guard !Self.isInner(form) else { return }
        // A call that is tried again keeps its number: it is started again, not created.
        let isNew = run.number > before?.lastRun ?? 0
        if isNew { tell(.taskCreated, run) }
        tell(.taskStarted, run)
    }

    private mutating func ended() {
        guard let run = event.outcome.run else { return }
        let frame = before?.frame(run.number)
        if let frame, Self.isInner(frame.form) { return }
        // What ran within one decision had no beginning of its own.
        if frame == nil, run.number > before?.lastRun ?? 0 {
            tell(.taskCreated, run)
            tell(.taskStarted, run)
        }
        let attempt = frame.flatMap { self.attempt(of: $0) }
        switch event.outcome {
        case .taskCompleted(_, let output, _, _, _):
            if let listening = frame?.listening { completed(listening) }
            let given = output ?? frame?.data ?? before?.frame(run.parent)?.data
            tell(.taskCompleted, run, attempt: attempt, output: given ?? .null)
        case .taskFaulted(_, let fault, _): tell(.taskFaulted, ["error": fault.json], run, attempt: attempt)
        default: tell(.taskCancelled, run, attempt: attempt)
        }
    }

    private mutating func completed(_ listening: Listening) {
        let keys = listening.knownKeys
        tell(.correlationCompleted, keys.isEmpty ? [:] : ["correlationKeys": .texts(keys)])
    }

    /// The open tasks as an author knows them.
    private var tasks: [Frame] { (before?.frames.descendants(of: 0) ?? []).filter { !Self.isInner($0.form) } }

    /// Runs that the engine adds around or between the tasks of a definition.
    private static func isInner(_ form: TaskForm) -> Bool { form == .lane || form == .extended || form == .workflow }

    private func attempt(of frame: Frame) -> Int? {
        if let guarding = frame.guarding { return guarding.retries + 1 }
        return frame.form == .call ? frame.attempt : nil
    }

    private mutating func tell(
        _ kind: LifecycleEvent.Kind, _ members: JSONObject = [:], _ run: TaskRun? = nil, attempt: Int? = nil,
        output: JSON? = nil, definition: DefinitionReference? = nil
    ) {
        guard let definition = definition ?? before?.definition else { return }
        let name = self.name ?? "\(definition.name).\(definition.namespace)-\(event.executionID)"
        self.name = name
        events.append(
            LifecycleEvent(
                kind: kind, time: event.time, workflow: name, members: members, output: output, run: run,
                attempt: attempt))
    }

    private mutating func tell(
        _ kind: LifecycleEvent.Kind, _ run: TaskRun, attempt: Int? = nil, output: JSON? = nil
    ) {
        tell(kind, [:], run, attempt: attempt, output: output)
    }
}
