import Contracts
import Core
import Engine
import ServiceKit

/// Carries an execution's state on by its events: the same fold that the orchestrator makes.
struct Fold: Sendable {
    /// The form of event bodies that this version knows.
    static let formVersion: Int32 = 1

    let claims: ClaimCheck

    /// The state after `events`, beginning from `state`. What cannot be folded ends it with a reason.
    func carry(
        _ state: ExecutionState?, over events: [OrchestratorV1.ExecutionEvent]
    ) async throws -> (state: ExecutionState?, error: String?) {
        var current = state
        for event in events {
            guard event.formVersion == Self.formVersion,
                let decided = ExecutionEvent(json: try await claims.value(event.body))
            else {
                return (current, "ST0003: event \(event.sequence) has a form that this version does not know")
            }
            // Not bound to a name of its own: `apply` would copy what the name holds.
            if let objection = current?.objection(to: decided) {
                return (current, "ST0003: event \(event.sequence) \(objection)")
            }
            if current != nil {
                current!.apply(decided)
                continue
            }
            guard decided.executionID == event.executionID else {
                return (nil, "ST0003: event \(event.sequence) is one of another execution")
            }
            current = ExecutionState(decided)
            guard current != nil else { return (nil, "ST0003: the history does not begin with its start") }
        }
        return (current, nil)
    }
}
