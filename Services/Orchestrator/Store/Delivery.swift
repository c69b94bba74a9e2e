import Core
import Messaging

/// What an event brings about, as long as it has not come.
struct Delivery: Sendable {
    /// The message, which is told under the same id again.
    var message: Outbound
    /// How often it was told again.
    var repetitions: Int

    /// The execution that it is for.
    var executionID: String { message.key }
}
