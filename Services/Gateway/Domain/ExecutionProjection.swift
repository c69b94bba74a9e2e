public import Core

/// What the read model knows of an execution, kept up to date by its events.
public struct ExecutionProjection: Sendable, Hashable {
    /// The statuses of the API.
    public static let statuses = ["pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed"]

    /// The last event taken in; 0 before the first.
    public private(set) var sequence: Int
    /// One of `statuses`.
    public private(set) var status: String
    /// The newest output of a task, until the execution ends with one of its own.
    public private(set) var output: JSON?
    /// Why it failed.
    public private(set) var fault: JSON?
    /// When it began.
    public private(set) var startedAt: Instant?
    /// When it ended.
    public private(set) var endedAt: Instant?
    /// Why it will go on, as the orchestrator told it; of a cancelled one, why it was.
    public private(set) var causes: [JSON]

    /// What is stored, or an execution of which nothing is known yet.
    public init(
        sequence: Int = 0, status: String = "pending", output: JSON? = nil, fault: JSON? = nil,
        startedAt: Instant? = nil, endedAt: Instant? = nil, causes: [JSON] = []
    ) {
        (self.sequence, self.status, self.output, self.fault) = (sequence, status, output, fault)
        (self.startedAt, self.endedAt, self.causes) = (startedAt, endedAt, causes)
    }

    /// The one cause by which an open execution goes on, of all that it waits for: what only people can bring first,
    /// then work, events and pauses, and time limits last.
    public static func foremost(_ causes: [JSON]) -> JSON? {
        let kinds = ["incident", "suspension", "approval", "child", "task", "event", "timer", "start"]
        return causes.enumerated().min { one, other in
            func rank(_ cause: JSON) -> Int {
                let isLimit = ["timeout", "attempt"].contains(cause["purpose"]?.string)
                return isLimit ? kinds.count : kinds.firstIndex(of: cause["kind"]?.string ?? "") ?? kinds.count
            }
            return (rank(one.element), one.offset) < (rank(other.element), other.offset)
        }?.element
    }

    /// Whether nothing more can happen.
    public var hasEnded: Bool { Self.isEnd(status) }

    /// Whether `status` is a final one.
    public static func isEnd(_ status: String) -> Bool { ["cancelled", "faulted", "completed"].contains(status) }

    /// Takes in an event; false when it was known already. `body` is the engine's JSON form; `causes` are those that
    /// the event told, nil when it told none.
    public mutating func apply(
        sequence: Int, kind: String, status: String, time: Instant, body: JSON, causes: [JSON]? = nil
    ) -> Bool {
        guard sequence > self.sequence else { return false }
        self.sequence = sequence
        if Self.statuses.contains(status) { self.status = status }
        if let causes { self.causes = causes }
        switch kind {
        case "executionStarted": startedAt = time
        case "taskCompleted":
            // A task that changes nothing gives no output: the data stays what it was.
            if let output = body["output"] { self.output = output }
        case "executionCompleted":
            if let output = body["output"] { self.output = output }
        case "executionFaulted":
            fault = body["fault"]
            output = nil
        case "executionCancelled":
            output = nil
            self.causes = [["kind": "cancellation", "reason": body["reason"] ?? ""]]
        default: break
        }
        if hasEnded, endedAt == nil {
            endedAt = time
            if self.status != "cancelled" { self.causes = [] }
        }
        return true
    }

    /// Takes in how it stands where events were lost; false when none were. What they told besides is not known.
    public mutating func stand(sequence: Int, status: String, time: Instant, causes: [JSON]) -> Bool {
        guard sequence > self.sequence, !hasEnded, Self.statuses.contains(status) else { return false }
        (self.sequence, self.status, self.causes) = (sequence, status, causes)
        if startedAt == nil { startedAt = time }
        if hasEnded { endedAt = time }
        return true
    }

    /// The start was refused: it ends as a fault that names the refusal. Nothing when it has begun.
    public mutating func refuse(_ rejection: Rejection, at time: Instant) -> Bool {
        guard sequence == 0, !hasEnded else { return false }
        status = "faulted"
        let standard: Int =
            switch rejection.kind {
            case .invalid: 400
            case .notFound: 404
            case .conflict: 409
            case .forbidden: 403
            case .exhausted: 429
            }
        fault =
            Fault(
                type: "https://cadenza.dev/errors/\(rejection.code)", status: standard, title: "The start was refused",
                detail: rejection.reason
            ).json
        endedAt = time
        return true
    }
}
