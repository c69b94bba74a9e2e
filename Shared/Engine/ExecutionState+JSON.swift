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
        object["parent"] = parent?.json
        object["input"] = input
        object["startedAt"] = .integer(startedAt.microseconds)
        object["updatedAt"] = .integer(updatedAt.microseconds)
        object["sequence"] = .integer(sequence)
        object["context"] = context
        object["output"] = output
        object["fault"] = fault?.json
        object["suspension"] = suspension.map(JSON.string)
        object["ending"] = ending.map { .string($0.rawValue) }
        object["frames"] = .array(frames.json)
        object["timers"] = .array(timers.map(\.json))
        if !mailboxes.isEmpty { object["mailboxes"] = .array(mailboxes.map(\.json)) }
        if breaths > 0 { object["breaths"] = .integer(Int64(breaths)) }
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
            let context = json["context"], let frames = json["frames"]?.array.flatMap(FrameTree.init(json:)),
            let timers = json["timers"]?.array?.map(ExecutionTimer.init(json:)),
            let lastRun = json["lastRun"]?.int, let lastTimer = json["lastTimer"]?.int,
            !timers.contains(where: { $0 == nil })
        else { return nil }
        let mailboxes = (json["mailboxes"]?.array ?? []).map(Mailbox.init(json:))
        guard !mailboxes.contains(where: { $0 == nil }) else { return nil }
        self.init(
            executionID: executionID, definition: definition, tenant: tenant,
            parent: json["parent"].flatMap(ParentLink.init(json:)), input: input, startedAt: startedAt,
            updatedAt: updatedAt, sequence: Int64(sequence), context: context, output: json["output"],
            fault: json["fault"].flatMap(Fault.init(json:)), suspension: json["suspension"]?.string,
            ending: json["ending"]?.string.flatMap(ExecutionStatus.init(rawValue:)),
            frames: frames, timers: timers.compactMap(\.self), mailboxes: mailboxes.compactMap(\.self),
            breaths: json["breaths"]?.int ?? 0, lastRun: lastRun,
            lastTimer: lastTimer)
    }
}

extension Instant {
    init?(member: String, of json: JSON) {
        guard let microseconds = json[member]?.int else { return nil }
        self.init(microseconds: Int64(microseconds))
    }
}
