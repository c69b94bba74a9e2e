import Contracts
import Core
import Messaging
import ProtoWire

/// What this service reads, told apart by the envelope.
enum IncomingMessage {
    case run(TasksV1.RunTask)
    case cancel(TasksV1.CancelTask)
    case inquire(LivenessV1.InquireTasks)
    /// For others on the same topic.
    case other

    /// Throws `Poison` when the bytes are not what the envelope says.
    init(_ inbound: Inbound) throws {
        if inbound.isOne(of: TasksV1.RunTask.self) {
            let request = try inbound.decode(TasksV1.RunTask.self)
            guard !request.taskID.isEmpty, !request.executionID.isEmpty else {
                throw Poison(inbound, "MS0002", "a task without ids")
            }
            self = .run(request)
        } else if inbound.isOne(of: TasksV1.CancelTask.self) {
            self = .cancel(try inbound.decode(TasksV1.CancelTask.self))
        } else if inbound.isOne(of: LivenessV1.InquireTasks.self) {
            self = .inquire(try inbound.decode(LivenessV1.InquireTasks.self))
        } else {
            self = .other
        }
    }

    /// The task concerned; nil for other messages.
    var taskID: String? {
        switch self {
        case .run(let request): request.taskID
        case .cancel(let request): request.taskID
        case .inquire, .other: nil
        }
    }
}
