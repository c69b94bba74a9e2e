import Contracts
import Core
import Engine
import Expressions
import Messaging
import OrchestratorDomain
import ProtoWire
import Workflow

/// Turns what was decided into messages. Their ids follow from the execution and the sequence, so a repetition is known
/// as one.
struct Announcer: Sendable {
    static let source = "cadenza/orchestrator"

    /// No more causes than this are told of one execution.
    static let mostCauses = 200

    let claims: ClaimCheck

    /// No more bytes than about this in one message of events.
    static let largestMessage = 256 << 10

    /// What was decided, the events of an execution one message, and what it asks of others.
    func messages(_ recorded: [Recorded]) async throws -> [Outbound] {
        var logs: [(first: Recorded, events: [OrchestratorV1.ExecutionEvent], size: Int)] = []
        var latest: [String: Int] = [:]
        for one in recorded {
            let event = try await log(one)
            let size = Self.size(event.body) + Self.size(event.causes)
            if let place = latest[event.executionID], logs[place].size + size <= Self.largestMessage {
                logs[place].events.append(event)
                logs[place].size += size
            } else {
                latest[event.executionID] = logs.count
                logs.append((one, [event], size))
            }
        }
        var messages = logs.map { log in
            outbound(
                log.first, .orchestratorEvents, key: log.first.event.executionID, suffix: "",
                OrchestratorV1.ExecutionEvents(events: log.events))
        }
        for one in recorded { messages += try await requests(one) }
        return messages
    }

    private static func size(_ payload: CoreV1.Payload?) -> Int {
        if case .json(let bytes)? = payload?.form { bytes.count } else { 0 }
    }

    private func log(_ recorded: Recorded) async throws -> OrchestratorV1.ExecutionEvent {
        let event = recorded.event
        return OrchestratorV1.ExecutionEvent(
            executionID: event.executionID, sequence: recorded.sequence, timeUs: event.time.microseconds,
            definition: CoreV1.DefinitionReference(recorded.definition), kind: event.kind.rawValue,
            task: event.task ?? "", taskID: event.taskID ?? "", status: recorded.status.rawValue,
            body: try await claims.payload(event.json), formVersion: Int32(ExecutionEvent.formVersion),
            causes: try await causes(recorded))
    }

    /// What is waited for, with who is to do it. Of very many the first are told.
    private func causes(_ recorded: Recorded) async throws -> CoreV1.Payload? {
        guard let causes = recorded.causes else { return nil }
        return try await told(causes)
    }

    func told(_ causes: [JSON]) async throws -> CoreV1.Payload {
        let told = causes.prefix(Self.mostCauses).map { cause -> JSON in
            guard let function = cause["function"]?.string, var object = cause.object else { return cause }
            let child = cause["child"]?.string
            object["at"] = .string(child.map { "the execution \($0)" } ?? FunctionRoute(function: function).owner)
            return .object(object)
        }
        return try await claims.payload(.array(told))
    }

    func requests(_ recorded: Recorded) async throws -> [Outbound] {
        switch recorded.event.outcome {
        case .taskRequested(let run, let request): try await self.request(recorded, run, request).map { [$0] } ?? []
        case .taskCancelled(_, let request?, let reason), .requestCancelled(_, let request, let reason):
            cancellation(recorded, request, reason).map { [$0] } ?? []
        case .eventEmitted(_, let event): [emitted(recorded, event)]
        case .childRequested(_, let request): [try await start(recorded, request)]
        case .childCancelled(_, let id, let reason):
            [command(recorded, id, OrchestratorV1.CancelExecution(executionID: id, reason: reason, actor: Self.source))]
        case .childSuspended(_, let id, let reason):
            [
                command(
                    recorded, id, OrchestratorV1.SuspendExecution(executionID: id, reason: reason, actor: Self.source))
            ]
        case .childResumed(_, let id):
            [command(recorded, id, OrchestratorV1.ResumeExecution(executionID: id, actor: Self.source))]
        case .executionCompleted, .executionFaulted, .executionCancelled: try await report(recorded).map { [$0] } ?? []
        default: []
        }
    }

    /// Nil when the arguments cannot be read: then the task's failure follows in the same decision.
    private func request(_ recorded: Recorded, _ run: TaskRun, _ request: TaskRequest) async throws -> Outbound? {
        let (executionID, taskID) = (recorded.event.executionID, recorded.event.taskID ?? "")
        switch FunctionRoute(function: request.function) {
        case .lane(let lane):
            let body = TasksV1.RunTask(
                taskID: taskID, executionID: executionID, attempt: Int32(clamping: request.attempt), task: run.task,
                function: request.function, arguments: try await claims.payload(request.arguments),
                deadlineUs: request.deadline?.microseconds ?? 0,
                definition: CoreV1.DefinitionReference(recorded.definition),
                deferred: try await deferred(request))
            return outbound(recorded, lane.topic, key: taskID, suffix: "/run", body)
        case .policy:
            guard let arguments = try? PolicyArguments(request.arguments) else { return nil }
            let body = PolicyV1.EvaluatePolicy(
                evaluationID: taskID, executionID: executionID, task: run.task,
                attempt: Int32(clamping: request.attempt), policy: arguments.policy, version: arguments.version,
                input: try await claims.payload(arguments.input))
            return outbound(recorded, Topic.policyCommands, key: executionID, suffix: "/evaluate", body)
        case .approval:
            guard let arguments = try? ApprovalArguments(request.arguments) else { return nil }
            let body = ApprovalsV1.RequestApproval(
                approvalID: taskID, executionID: executionID, task: run.task,
                attempt: Int32(clamping: request.attempt), title: arguments.title,
                subject: try await claims.payload(arguments.subject), approvers: arguments.approvers,
                quorum: arguments.quorum, slaUs: arguments.sla.wholeMicroseconds,
                remindEveryUs: arguments.remindEvery.wholeMicroseconds, checklist: arguments.checklist)
            return outbound(recorded, Topic.approvalsCommands, key: taskID, suffix: "/ask", body)
        }
    }

    private func deferred(_ request: TaskRequest) async throws -> CoreV1.Payload? {
        guard let deferred = request.deferred else { return nil }
        return try await claims.payload(deferred.json)
    }

    /// A verdict cannot be called off: it comes, and changes nothing.
    private func cancellation(_ recorded: Recorded, _ request: TaskRequest, _ reason: String) -> Outbound? {
        let taskID = recorded.event.taskID ?? ""
        switch FunctionRoute(function: request.function) {
        case .lane(let lane):
            let body = TasksV1.CancelTask(
                taskID: taskID, executionID: recorded.event.executionID, attempt: Int32(clamping: request.attempt),
                reason: reason)
            return outbound(recorded, lane.topic, key: taskID, suffix: "/cancel", body)
        case .approval:
            let body = ApprovalsV1.WithdrawApproval(approvalID: taskID, reason: reason)
            return outbound(recorded, Topic.approvalsCommands, key: taskID, suffix: "/withdraw", body)
        case .policy: return nil
        }
    }

    /// An event that the definition emits goes where outside events come in, so that other executions can wait for it.
    private func emitted(_ recorded: Recorded, _ event: JSON) -> Outbound {
        func text(_ name: String) -> String? { event[name].flatMap { $0.isNull ? nil : $0.string ?? $0.text() } }
        var extensions: [String: String] = [:]
        for name in event.object?.keys ?? [] where !Self.ownAttributes.contains(name) { extensions[name] = text(name) }
        let envelope = Envelope(
            id: text("id") ?? recorded.id, type: text("type") ?? "", source: text("source") ?? Self.source,
            time: text("time").flatMap { Instant($0) } ?? recorded.event.time, subject: text("subject"),
            tenant: recorded.tenant, correlationID: recorded.event.executionID, causationID: recorded.causationID,
            traceparent: recorded.traceparent, extensions: extensions)
        let contentType = text("datacontenttype") ?? "application/json"
        let data = event["data"] ?? .null
        let isText = contentType.hasPrefix("text/")
        return Outbound(
            topic: Topic.ingressEvents, key: recorded.event.executionID, envelope: envelope, contentType: contentType,
            body: isText ? Array((data.string ?? data.text()).utf8) : data.bytes())
    }

    /// What the message has a place for besides the extensions.
    private static let ownAttributes: Set<String> = [
        "specversion", "id", "type", "source", "time", "subject", "data", "datacontenttype", "traceparent",
        "correlationid", "causationid", "tenant",
    ]

    func outbound(
        _ recorded: Recorded, _ topic: Topic, key: String, suffix: String, _ message: some ProtoMessage
    ) -> Outbound {
        let envelope = Envelope(
            id: recorded.id + suffix, type: "", source: Self.source, time: recorded.event.time,
            tenant: recorded.tenant, correlationID: recorded.event.executionID, causationID: recorded.causationID,
            traceparent: recorded.traceparent)
        return Outbound(topic: topic, key: key, envelope: envelope, message: message)
    }
}

extension CoreV1.DefinitionReference {
    init(_ reference: DefinitionReference) {
        self.init(namespace: reference.namespace, name: reference.name, version: reference.version)
    }
}

extension DefinitionReference {
    init(_ reference: CoreV1.DefinitionReference) {
        self.init(namespace: reference.namespace, name: reference.name, version: reference.version)
    }
}
