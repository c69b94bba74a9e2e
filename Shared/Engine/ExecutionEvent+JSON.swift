public import Core
import Workflow

extension ExecutionEvent {
    /// The complete event; see `init(json:)`.
    public var json: JSON {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["execution"] = .string(executionID)
        object["time"] = .integer(time.microseconds)
        if let run = outcome.run {
            object["run"] = .integer(Int64(run.number))
            object["parent"] = .integer(Int64(run.parent))
            object["task"] = .string(run.task)
            object["iteration"] = run.iteration.map { .integer(Int64($0)) }
        }
        outcome.write(to: &object)
        return .object(object)
    }

    /// Reads what `json` wrote; nil when a member is missing, malformed or the kind is unknown.
    public init?(json: JSON) {
        guard let execution = json["execution"]?.string, let time = json["time"]?.int, let object = json.object,
            let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)),
            let outcome = Outcome(kind: kind, object: object)
        else { return nil }
        self.init(executionID: execution, time: Instant(microseconds: Int64(time)), outcome: outcome)
    }
}

extension ExecutionEvent.Outcome {
    fileprivate func write(to object: inout JSONObject) {
        switch self {
        case .executionStarted(let definition, let tenant, let input, let transformed, let parent):
            object["parentLink"] = parent?.json
            object["definition"] = definition.json
            object["tenant"] = .string(tenant)
            object["input"] = input
            object["transformed"] = transformed
        case .executionSuspended(let reason), .executionCancelled(let reason): object["reason"] = .string(reason)
        case .executionResumed: break
        case .executionFaulted(let fault): object["fault"] = fault.json
        case .executionCompleted(let output): object["output"] = output
        case .executionMigrated(let definition, let tasks, let positions):
            object["definition"] = definition.json
            object["tasks"] = .object(JSONObject(tasks.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            object["positions"] = .object(
                JSONObject(positions.sorted { $0.key < $1.key }.map { (String($0.key), .integer(Int64($0.value))) }))
        case .taskStarted(_, let form, let input):
            object["form"] = .string(form.rawValue)
            object["input"] = input
        case .taskRequested(_, let request): object["request"] = request.json
        case .taskSkipped(let task, let parent, let flow):
            object["task"] = .string(task)
            object["parent"] = .integer(Int64(parent))
            object["flow"] = flow.json
        case .taskCompleted(_, let output, let context, let flow, let usage):
            object["output"] = output
            object["context"] = context?.json
            object["flow"] = flow.json
            object["usage"] = usage
        case .taskFaulted(_, let fault, let usage):
            object["fault"] = fault.json
            object["usage"] = usage
        case .taskCancelled(_, let request, let reason):
            object["request"] = request?.json
            object["reason"] = .string(reason)
        case .requestCancelled(_, let request, let reason):
            object["request"] = request.json
            object["reason"] = .string(reason)
        case .retryScheduled(_, let fault, let retry):
            object["fault"] = fault.json
            object["retry"] = .integer(Int64(retry))
        case .faultHandled(_, let fault, let variable):
            object["fault"] = fault.json
            object["variable"] = .string(variable)
        case .timerSet(let timer, let task):
            object["timer"] = timer.json
            object["task"] = .string(task)
        case .timerCancelled(let id), .timerFired(let id): object["timer"] = .string(id)
        case .eventEmitted(_, let event): object["event"] = event
        case .subscriptionOpened, .subscriptionClosed, .eventReceived, .correlationStarted, .eventConsumed,
            .eventHandled:
            writeEvents(to: &object)
        default: writeForm(to: &object)
        }
    }
}

extension ExecutionEvent.Outcome {
    fileprivate init?(kind: ExecutionEvent.Kind, object: JSONObject) {
        switch kind {
        case .executionStarted, .executionSuspended, .executionResumed, .executionCancelled, .executionFaulted,
            .executionCompleted, .executionMigrated:
            self.init(execution: kind, object: object)
        case .timerSet:
            guard let timer = object["timer"].flatMap(ExecutionTimer.init(json:)), let task = object["task"]?.string
            else { return nil }
            self = .timerSet(timer, task: task)
        case .timerCancelled, .timerFired:
            guard let id = object["timer"]?.string else { return nil }
            self = kind == .timerFired ? .timerFired(timerID: id) : .timerCancelled(timerID: id)
        case .subscriptionOpened, .subscriptionClosed, .eventReceived: self.init(subscription: kind, object: object)
        case .taskSkipped:
            guard let task = object["task"]?.string, let parent = object["parent"]?.int,
                let flow = object["flow"].flatMap(TaskFlow.init(json:))
            else { return nil }
            self = .taskSkipped(task: task, parent: parent, flow: flow)
        default:
            guard let number = object["run"]?.int, let parent = object["parent"]?.int,
                let task = object["task"]?.string
            else { return nil }
            let run = TaskRun(number: number, parent: parent, task: task, iteration: object["iteration"]?.int)
            self.init(kind: kind, run: run, object: object)
        }
    }

    private init?(execution kind: ExecutionEvent.Kind, object: JSONObject) {
        let reason = object["reason"]?.string
        switch kind {
        case .executionStarted:
            guard let definition = object["definition"].flatMap(DefinitionReference.init(json:)),
                let tenant = object["tenant"]?.string, let input = object["input"]
            else { return nil }
            self = .executionStarted(
                definition: definition, tenant: tenant, input: input, transformed: object["transformed"],
                parent: object["parentLink"].flatMap(ParentLink.init(json:)))
        case .executionSuspended:
            guard let reason else { return nil }
            self = .executionSuspended(reason: reason)
        case .executionCancelled:
            guard let reason else { return nil }
            self = .executionCancelled(reason: reason)
        case .executionFaulted:
            guard let fault = object["fault"].flatMap(Fault.init(json:)) else { return nil }
            self = .executionFaulted(fault)
        case .executionCompleted: self = .executionCompleted(output: object["output"])
        case .executionMigrated:
            guard let definition = object["definition"].flatMap(DefinitionReference.init(json:)),
                let tasks = object["tasks"]?.object, let positions = object["positions"]?.object
            else { return nil }
            var (moved, places): ([String: String], [Int: Int]) = ([:], [:])
            for (old, new) in tasks { moved[old] = new.string }
            for (run, position) in positions { if let run = Int(run) { places[run] = position.int } }
            self = .executionMigrated(definition: definition, tasks: moved, positions: places)
        default: self = .executionResumed
        }
    }

    private init?(kind: ExecutionEvent.Kind, run: TaskRun, object: JSONObject) {
        let fault = object["fault"].flatMap(Fault.init(json:))
        switch kind {
        case .taskStarted:
            guard let form = object["form"]?.string.flatMap(TaskForm.init(rawValue:)) else { return nil }
            self = .taskStarted(run, form: form, input: object["input"])
        case .taskRequested:
            guard let request = object["request"].flatMap(TaskRequest.init(json:)) else { return nil }
            self = .taskRequested(run, request)
        case .taskCompleted:
            guard let flow = object["flow"].flatMap(TaskFlow.init(json:)) else { return nil }
            let change = object["context"].map(ContextChange.init(json:))
            if case .some(.none) = change { return nil }
            self = .taskCompleted(
                run, output: object["output"], context: change ?? nil, flow: flow, usage: object["usage"])
        case .taskFaulted:
            guard let fault else { return nil }
            self = .taskFaulted(run, fault, usage: object["usage"])
        case .taskCancelled:
            guard let reason = object["reason"]?.string else { return nil }
            self = .taskCancelled(run, request: object["request"].flatMap(TaskRequest.init(json:)), reason: reason)
        case .requestCancelled:
            guard let request = object["request"].flatMap(TaskRequest.init(json:)),
                let reason = object["reason"]?.string
            else { return nil }
            self = .requestCancelled(run, request, reason: reason)
        case .retryScheduled:
            guard let fault, let retry = object["retry"]?.int else { return nil }
            self = .retryScheduled(run, fault, retry: retry)
        case .faultHandled:
            guard let fault, let variable = object["variable"]?.string else { return nil }
            self = .faultHandled(run, fault, variable: variable)
        case .eventEmitted:
            guard let event = object["event"] else { return nil }
            self = .eventEmitted(run, event: event)
        case .correlationStarted, .eventConsumed, .eventHandled: self.init(listening: kind, run: run, object: object)
        default: self.init(form: kind, run: run, object: object)
        }
    }
}
