import Core

extension TaskRun {
    var json: JSON {
        var object: JSONObject = [
            "run": .integer(Int64(number)), "parent": .integer(Int64(parent)), "task": .string(task),
        ]
        object["iteration"] = iteration.map { .integer(Int64($0)) }
        return .object(object)
    }

    init?(json: JSON) {
        guard let number = json["run"]?.int, let parent = json["parent"]?.int, let task = json["task"]?.string
        else { return nil }
        self.init(number: number, parent: parent, task: task, iteration: json["iteration"]?.int)
    }
}

extension FrameTree {
    var json: [JSON] {
        all.map { frame in frame.json(in: frame.run.number == 0 ? nil : self[frame.run.parent]) }
    }

    init?(json: [JSON]) {
        var data: [Int: JSON] = [:]
        var frames: [Frame] = []
        for one in json {
            guard let parent = one["run"]?["parent"]?.int, let frame = Frame(json: one, inherited: data[parent])
            else { return nil }
            data[frame.run.number] = frame.data
            frames.append(frame)
        }
        self.init(frames)
    }
}

extension Frame {
    /// What is the same as around, or mostly one and the same value, is left out.
    fileprivate func json(in parent: Frame?) -> JSON {
        var object = JSONObject()
        object["run"] = run.json
        object["form"] = .string(form.rawValue)
        if raw != parent?.data { object["raw"] = raw }
        if input != raw { object["input"] = input }
        if data != input { object["data"] = data }
        object["startedAt"] = .integer(startedAt.microseconds)
        object["attempt"] = .integer(Int64(attempt))
        object["step"] = step.json
        if isHandling { object["handling"] = true }
        if !variables.isEmpty { object["variables"] = .object(variables) }
        object["guarding"] = guarding?.json
        object["listening"] = listening?.json
        object["loop"] = loop?.json
        object["lanes"] = lanes?.json
        object["stages"] = stages?.json
        object["context"] = context
        return .object(object)
    }

    fileprivate init?(json: JSON, inherited: JSON?) {
        guard let run = json["run"].flatMap(TaskRun.init(json:)),
            let form = json["form"]?.string.flatMap(TaskForm.init(rawValue:)), let raw = json["raw"] ?? inherited,
            let startedAt = Instant(member: "startedAt", of: json), let attempt = json["attempt"]?.int,
            let step = json["step"].flatMap(Step.init(json:))
        else { return nil }
        let input = json["input"] ?? raw
        self.init(
            run: run, form: form, raw: raw, input: input, data: json["data"] ?? input, startedAt: startedAt,
            attempt: attempt, step: step, isHandling: json["handling"]?.bool ?? false,
            variables: json["variables"]?.object ?? JSONObject(),
            guarding: json["guarding"].flatMap(Guard.init(json:)),
            listening: json["listening"].flatMap(Listening.init(json:)), loop: json["loop"].flatMap(Loop.init(json:)),
            lanes: json["lanes"].flatMap(Lanes.init(json:)), stages: json["stages"].flatMap(Stages.init(json:)),
            context: json["context"])
    }
}

extension Frame.Step {
    fileprivate var json: JSON {
        switch self {
        case .advance(let flow): ["advance": flow.json]
        case .outstanding(let request): ["outstanding": request.json]
        case .faulted(let failure): ["faulted": failure.json]
        case .child: "child"
        case .lanes: "lanes"
        case .sleeping: "sleeping"
        case .listening: "listening"
        case .rested: "rested"
        }
    }

    fileprivate init?(json: JSON) {
        switch json {
        case "child": self = .child
        case "lanes": self = .lanes
        case "sleeping": self = .sleeping
        case "listening": self = .listening
        case "rested": self = .rested
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
    var json: JSON {
        var object: JSONObject = ["fault": fault.json, "run": run.json]
        object["attempt"] = attempt.map { .integer(Int64($0)) }
        if !path.isEmpty { object["path"] = .array(path.map { .integer(Int64($0)) }) }
        if endsAttempt { object["endsAttempt"] = true }
        object["request"] = request?.json
        return .object(object)
    }

    init?(json: JSON) {
        guard let fault = json["fault"].flatMap(Fault.init(json:)), let run = json["run"].flatMap(TaskRun.init(json:))
        else { return nil }
        self.init(
            fault: fault, run: run, attempt: json["attempt"]?.int,
            path: (json["path"]?.array ?? []).compactMap(\.int), endsAttempt: json["endsAttempt"]?.bool ?? false,
            request: json["request"].flatMap(TaskRequest.init(json:)))
    }
}

extension Frame.Guard {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "retries": .integer(Int64(retries)), "since": .integer(since.microseconds),
        ]
        object["failed"] = failed?.json
        return .object(object)
    }

    fileprivate init?(json: JSON) {
        guard let retries = json["retries"]?.int, let since = Instant(member: "since", of: json) else { return nil }
        self.init(
            retries: retries, since: since, failed: json["failed"].flatMap(Frame.Failure.init(json:)))
    }
}
