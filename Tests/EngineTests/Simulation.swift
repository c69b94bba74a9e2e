import Core
import Engine
import Testing
import Workflow

/// Runs a definition in virtual time with stub workers, and checks after every decision what must always hold.
struct Simulation {
    enum Answer {
        case output(JSON)
        case fault(Fault)
        /// No answer: the attempt stays outstanding.
        case silence
    }

    var definition: CompiledDefinition
    var state: ExecutionState?
    var events: [ExecutionEvent] = []
    var now = Instant(milliseconds: 1_700_000_000_000)
    /// All attempts that were asked for, in order.
    var requests: [(taskID: String, request: TaskRequest)] = []

    /// Whether the state goes through its stored form before every command.
    var restarts = false
    /// Whether the checks after each decision are left out.
    var quiet = false

    init(_ definition: CompiledDefinition) { self.definition = definition }

    init(_ yaml: String) throws { definition = try CompiledDefinition(parsing: Array(yaml.utf8)) }

    init(json document: JSON) throws { definition = try CompiledDefinition(document: document) }

    /// Without the head: `do:` and what follows.
    init(body: String) throws {
        try self.init("document: { dsl: '1.0.3', namespace: test, name: test, version: '1.0.0' }\n" + body)
    }

    @discardableResult
    mutating func send(_ command: ExecutionCommand) -> Decision {
        if restarts, let stored = state.map({ $0.json.text() }) {
            state = (try? JSON(parsing: Array(stored.utf8))).flatMap(ExecutionState.init(json:))
        }
        let decision = decide(state, command, definition, now: now)
        guard case .accepted(let new) = decision else { return decision }
        for (position, event) in new.enumerated() {
            // An endless loop makes ten thousand alike.
            if position < 200, !quiet { #expect(ExecutionEvent(json: event.json) == event, "\(event.json)") }
            if !quiet { #expect(state?.objection(to: event) == nil, "\(event.json)") }
            if state == nil { state = ExecutionState(event) } else { state!.apply(event) }
            if case .taskRequested(_, let request) = event.outcome { requests.append((event.taskID ?? "", request)) }
        }
        events += new
        check()
        // As after a restart: what is not in the JSON is gone.
        if !quiet { state = state.flatMap { ExecutionState(json: $0.json) } }
        return decision
    }

    /// The first attempt of a task has this output.
    @discardableResult
    mutating func complete(_ taskID: String, _ output: JSON) -> Decision {
        send(.taskCompleted(taskID: taskID, attempt: 1, output: output, usage: nil))
    }

    /// The first attempt of a task has failed.
    @discardableResult
    mutating func fail(_ taskID: String, _ fault: Fault) -> Decision {
        send(.taskFailed(taskID: taskID, attempt: 1, fault: fault, usage: nil))
    }

    /// Delivers an event to everything that wants events.
    @discardableResult
    mutating func tell(_ event: JSON) -> [Decision] {
        (state?.subscriptions ?? []).map { send(.eventReceived(subscriptionID: $0.id, event: event)) }
    }

    func check() {
        guard !quiet, let state else { return }
        // The whole log is folded now and then only, and at the end: it is long in some of the random runs.
        if state.status.isFinal || events.count % 8 == 0 { #expect(ExecutionState(folding: events) == state) }
        let read = (try? JSON(parsing: state.json.bytes())).flatMap(ExecutionState.init(json:))
        #expect(read == state)
        #expect(state.sequence == Int64(events.count))
        #expect(state.status.isFinal == state.causes.isEmpty, "\(state.status): \(state.causes)")
        #expect(Set(state.pendingTimers.map(\.id)).count == state.pendingTimers.count)
    }

    mutating func start(_ input: JSON = .null) {
        send(.start(executionID: "x", definition: definition.reference, input: input, tenant: "t"))
    }

    /// Answers attempts, then lets the earliest timer fire, until nothing is left to do.
    mutating func run(_ input: JSON = .null, limit: Int = 10_000, _ worker: (TaskRequest) -> Answer = { _ in .silence })
    {
        if state == nil { start(input) }
        var answered = 0
        for _ in 0..<limit {
            guard let state, !state.status.isFinal else { return }
            if answered < requests.count {
                let (id, request) = requests[answered]
                answered += 1
                switch worker(request) {
                case .output(let value):
                    send(.taskCompleted(taskID: id, attempt: request.attempt, output: value, usage: nil))
                case .fault(let fault):
                    send(.taskFailed(taskID: id, attempt: request.attempt, fault: fault, usage: nil))
                case .silence: break
                }
            } else if let timer = state.pendingTimers.min(by: { $0.due < $1.due }) {
                now = max(now, timer.due)
                send(.timerFired(timerID: timer.id))
            } else {
                return
            }
        }
    }

    var output: JSON? { state?.output }
    var fault: Fault? { state?.fault }
    var kinds: [ExecutionEvent.Kind] { events.map(\.kind) }
    var seconds: Double { Double((now - (state?.startedAt ?? now)).wholeMilliseconds) / 1000 }
}
