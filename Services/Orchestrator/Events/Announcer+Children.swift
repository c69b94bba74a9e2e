import Contracts
import Core
import Engine
import Messaging
import ProtoWire
import Workflow

/// What executions say to those that they start, and the other way round: by way of the orchestrator's own commands.
extension Announcer {
    /// Starts a child. Of its definition the newest version is asked for by an empty one.
    func start(_ recorded: Recorded, _ request: ChildRequest) async throws -> Outbound {
        var definition = CoreV1.DefinitionReference(request.definition)
        if definition.version == "latest" { definition.version = "" }
        var body = OrchestratorV1.StartExecution(
            executionID: request.executionID, definition: definition, input: try await claims.payload(request.input),
            actor: Self.source)
        if request.awaits {
            // A child that is tried again is another one, so its task has one attempt.
            body.parent = OrchestratorV1.ParentTask(
                executionID: recorded.event.executionID, taskID: recorded.event.taskID ?? "", attempt: 1)
        }
        return command(recorded, request.executionID, body)
    }

    /// Asks something of a child.
    func command(_ recorded: Recorded, _ childID: String, _ body: some ProtoMessage) -> Outbound {
        outbound(recorded, Topic.orchestratorCommands, key: childID, suffix: "/child", body)
    }

    /// Tells the task that waits how the execution ended; nil when none waits.
    func report(_ recorded: Recorded) async throws -> Outbound? {
        guard let parent = recorded.parent else { return nil }
        let id = recorded.event.executionID
        var body = Self.report(parent, id)
        switch recorded.event.outcome {
        case .executionFaulted(let fault): body.fault = CoreV1.Fault(fault)
        case .executionCancelled(let reason):
            body.fault = CoreV1.Fault(Fault(.runtime, detail: "the execution \(id) was cancelled: \(reason)"))
        default: body.output = try await claims.payload(recorded.output ?? .null)
        }
        return outbound(recorded, Topic.orchestratorCommands, key: parent.executionID, suffix: "/report", body)
    }

    /// Tells the task that waits that the execution could not begin.
    func unstarted(_ incoming: Incoming, _ parent: ParentLink, _ rejection: Rejection, now: Instant) -> Outbound {
        var body = Self.report(parent, incoming.executionID)
        body.fault = CoreV1.Fault(Fault(.configuration, title: rejection.code.rawValue, detail: rejection.reason))
        return answer(incoming, Topic.orchestratorCommands, key: parent.executionID, "/report", body, now)
    }

    private static func report(_ parent: ParentLink, _ childID: String) -> OrchestratorV1.ReportChild {
        OrchestratorV1.ReportChild(
            executionID: parent.executionID, taskID: parent.taskID, attempt: Int32(clamping: parent.attempt),
            childID: childID)
    }
}
