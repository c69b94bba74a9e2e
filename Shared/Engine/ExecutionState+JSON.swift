public import Core
import Workflow

extension ExecutionState {
    /// The whole state; see `init(json:)`.
    public var json: JSON {
        var object = JSONObject()
        object["form"] = .integer(Int64(ExecutionEvent.formVersion))
        object["execution"] = .string(executionID)
        object["definition"] = definition.json
        object["tenant"] = .string(tenant)
        object["input"] = input
        object["startedAt"] = .integer(startedAt.microseconds)
        object["updatedAt"] = .integer(updatedAt.microseconds)
        object["sequence"] = .integer(sequence)
        object["context"] = context
        object["output"] = output
        object["fault"] = fault?.json
        object["suspension"] = suspension.map(JSON.string)
        object["ending"] = ending.map { .string($0.rawValue) }
        object["frames"] = .array(frames.map(\.json))
        object["timers"] = .array(timers.map(\.json))
        if !mailboxes.isEmpty { object["mailboxes"] = .array(mailboxes.map(\.json)) }
        object["lastRun"] = .integer(Int64(lastRun))
        object["lastTimer"] = .integer(Int64(lastTimer))
        return .object(object)
    }

    /// Reads what `json` wrote; nil when a member is missing, malformed or of another form version.
    public init?(json: JSON) {
        guard json["form"]?.int == ExecutionEvent.formVersion, let executionID = json["execution"]?.string,
            let definition = json["definition"].flatMap(DefinitionReference.init(json:)),
            let tenant = json["tenant"]?.string, let input = json["input"],
            let startedAt = Instant(member: "startedAt", of: json),
            let updatedAt = Instant(member: "updatedAt", of: json), let sequence = json["sequence"]?.int,
            let context = json["context"], let frames = json["frames"]?.array?.map(Frame.init(json:)),
            let timers = json["timers"]?.array?.map(ExecutionTimer.init(json:)),
            let lastRun = json["lastRun"]?.int, let lastTimer = json["lastTimer"]?.int,
            !frames.contains(where: { $0 == nil }), !timers.contains(where: { $0 == nil })
        else { return nil }
        let mailboxes = (json["mailboxes"]?.array ?? []).map(Mailbox.init(json:))
        guard !mailboxes.contains(where: { $0 == nil }) else { return nil }
        self.init(
            executionID: executionID, definition: definition, tenant: tenant, input: input, startedAt: startedAt,
            updatedAt: updatedAt, sequence: Int64(sequence), context: context, output: json["output"],
            fault: json["fault"].flatMap(Fault.init(json:)), suspension: json["suspension"]?.string,
            ending: json["ending"]?.string.flatMap(ExecutionStatus.init(rawValue:)),
            frames: frames.compactMap(\.self), timers: timers.compactMap(\.self),
            mailboxes: mailboxes.compactMap(\.self), lastRun: lastRun,
            lastTimer: lastTimer)
    }
}

extension Instant {
    fileprivate init?(member: String, of json: JSON) {
        guard let microseconds = json[member]?.int else { return nil }
        self.init(microseconds: Int64(microseconds))
    }
}

extension TaskRun {
    var json: JSON { ["run": .integer(Int64(number)), "parent": .integer(Int64(parent)), "task": .string(task)] }

    init?(json: JSON) {
        guard let number = json["run"]?.int, let parent = json["parent"]?.int, let task = json["task"]?.string
        else { return nil }
        self.init(number: number, parent: parent, task: task)
    }
}

extension Frame {
    fileprivate var json: JSON {
        var object = JSONObject()
        object["run"] = run.json
        object["form"] = .string(form.rawValue)
        // The three are mostly one and the same value.
        object["raw"] = raw
        if input != raw { object["input"] = input }
        if data != input { object["data"] = data }
        object["startedAt"] = .integer(startedAt.microseconds)
        object["attempt"] = .integer(Int64(attempt))
        object["step"] = step.json
        if isHandling { object["handling"] = true }
        if !variables.isEmpty { object["variables"] = .object(variables) }
        object["guarding"] = guarding?.json
        object["listening"] = listening?.json
        return .object(object)
    }

    fileprivate init?(json: JSON) {
        guard let run = json["run"].flatMap(TaskRun.init(json:)),
            let form = json["form"]?.string.flatMap(TaskForm.init(rawValue:)), let raw = json["raw"],
            let startedAt = Instant(member: "startedAt", of: json), let attempt = json["attempt"]?.int,
            let step = json["step"].flatMap(Step.init(json:))
        else { return nil }
        let input = json["input"] ?? raw
        self.init(
            run: run, form: form, raw: raw, input: input, data: json["data"] ?? input, startedAt: startedAt,
            attempt: attempt, step: step, isHandling: json["handling"]?.bool ?? false,
            variables: json["variables"]?.object ?? JSONObject(),
            guarding: json["guarding"].flatMap(Guard.init(json:)),
            listening: json["listening"].flatMap(Listening.init(json:)))
    }
}

extension Frame.Step {
    fileprivate var json: JSON {
        switch self {
        case .advance(let flow): ["advance": flow.json]
        case .outstanding(let request): ["outstanding": request.json]
        case .faulted(let failure): ["faulted": failure.json]
        case .child: "child"
        case .sleeping: "sleeping"
        case .rested: "rested"
        case .listening: "listening"
        }
    }

    fileprivate init?(json: JSON) {
        switch json {
        case "child": self = .child
        case "sleeping": self = .sleeping
        case "rested": self = .rested
        case "listening": self = .listening
        default:
            if let flow = json["advance"].flatMap(TaskFlow.init(json:)) {
                self = .advance(flow)
            } else if let request = json["outstanding"].flatMap(TaskRequest.init(json:)) {
                self = .outstanding(request)
            } else if let failure = json["faulted"].flatMap(Frame.Failure.init(json:)) {
                self = .faulted(failure)
            } else {
                return nil
            }
        }
    }
}

extension Frame.Failure {
    fileprivate var json: JSON {
        var object: JSONObject = ["fault": fault.json, "run": run.json]
        object["attempt"] = attempt.map { .integer(Int64($0)) }
        return .object(object)
    }

    fileprivate init?(json: JSON) {
        guard let fault = json["fault"].flatMap(Fault.init(json:)), let run = json["run"].flatMap(TaskRun.init(json:))
        else { return nil }
        self.init(fault: fault, run: run, attempt: json["attempt"]?.int)
    }
}

extension Frame.Guard {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "retries": .integer(Int64(retries)), "since": .integer(since.microseconds),
            "attemptSince": .integer(attemptSince.microseconds),
        ]
        object["failed"] = failed?.json
        return .object(object)
    }

    fileprivate init?(json: JSON) {
        guard let retries = json["retries"]?.int, let since = Instant(member: "since", of: json),
            let attemptSince = Instant(member: "attemptSince", of: json)
        else { return nil }
        self.init(
            retries: retries, since: since, attemptSince: attemptSince,
            failed: json["failed"].flatMap(Frame.Failure.init(json:)))
    }
}
