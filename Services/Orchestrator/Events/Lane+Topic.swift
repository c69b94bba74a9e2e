import Messaging
import OrchestratorDomain

extension FunctionRoute.Lane {
    /// The topic of the lane's tasks.
    var topic: Topic { .tasks(lane: rawValue) }
}
