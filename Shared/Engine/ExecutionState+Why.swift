public import Core

extension ExecutionState {
    /// Why it will go on, for people and tools: one object a cause, with its `kind` (`task`, `timer`, `suspension` …),
    /// the `task` that waits and what tells it apart. Empty once it has ended. A time-out is listed as a timer beside
    /// what it limits.
    public var explainedCauses: [JSON] {
        guard ending == nil else { return [] }
        var causes: [JSON] = []
        if let suspension { causes.append(["kind": "suspension", "reason": .string(suspension)]) }
        for run in frames.listening { if let frame = frames[run] { causes.append(awaited(frame)) } }
        for run in frames.outstanding {
            guard let frame = frames[run], case .outstanding(let request) = frame.step else { continue }
            var cause: JSONObject = [
                "kind": "task", "id": .string(taskID(frame.run.number)), "task": .string(frame.run.task),
                "function": .string(request.function), "attempt": .integer(Int64(request.attempt)),
                "since": .string(frame.startedAt.description),
            ]
            if frame.form == .child {
                cause["kind"] = "child"
                cause["child"] = .string(childID(run))
            }
            cause["iteration"] = frame.run.iteration.map { .integer(Int64($0)) }
            if let deadline = request.deadline { cause["deadline"] = .string(deadline.description) }
            causes.append(.object(cause))
        }
        return causes + timers.map(explained)
    }

    private func awaited(_ frame: Frame) -> JSON {
        let mailbox = mailboxes.first { $0.subscription.task == frame.run.task }
        var cause: JSONObject = [
            "kind": "event", "id": .string(mailbox?.subscription.id ?? ""), "task": .string(frame.run.task),
            "since": .string(frame.startedAt.description),
            "consumed": .integer(Int64(frame.listening?.gathering.count ?? 0)),
        ]
        if let keys = frame.listening?.knownKeys, !keys.isEmpty { cause["keys"] = .texts(keys) }
        return .object(cause)
    }

    private func explained(_ timer: ExecutionTimer) -> JSON {
        let frame = frame(timer.purpose.run)
        var cause: JSONObject = [
            "kind": "timer", "id": .string(timer.id), "purpose": timer.purpose.json["name"] ?? .null,
            "task": .string(frame?.run.task ?? ""), "due": .string(timer.due.description),
        ]
        if case .retry = timer.purpose { cause["retry"] = .integer(Int64(frame?.guarding?.retries ?? 0)) }
        return .object(cause)
    }
}
