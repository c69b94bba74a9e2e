import Core

extension ExecutionEvent.Outcome {
    /// The members of what happens inside of an open run.
    func writeForm(to object: inout JSONObject) {
        switch self {
        case .loopStarted(_, let items, let each, let at):
            object["items"] = .array(items)
            object["each"] = .string(each)
            object["at"] = .string(at)
        case .iterationStarted(_, let index): object["index"] = .integer(Int64(index))
        case .lanesOpened(_, let setup): object["lanes"] = setup.json
        case .functionEntered(_, let arguments): object["arguments"] = arguments
        case .stageEntered(_, let stages, let position):
            object["stages"] = stages?.json
            object["position"] = .integer(Int64(position))
        case .childRequested(_, let request): object["child"] = request.json
        case .childCancelled(_, let executionID, let reason), .childSuspended(_, let executionID, let reason):
            object["child"] = .string(executionID)
            object["reason"] = .string(reason)
        case .childResumed(_, let executionID): object["child"] = .string(executionID)
        default: preconditionFailure("the other outcomes are written elsewhere")
        }
    }

    init?(form kind: ExecutionEvent.Kind, run: TaskRun, object: JSONObject) {
        let index = object["index"]?.int
        switch kind {
        case .loopStarted:
            guard let items = object["items"]?.array, let each = object["each"]?.string, let at = object["at"]?.string
            else { return nil }
            self = .loopStarted(run, items: items, each: each, at: at)
        case .iterationStarted:
            guard let index else { return nil }
            self = .iterationStarted(run, index: index)
        case .lanesOpened:
            guard let setup = object["lanes"].flatMap(LaneSetup.init(json:)) else { return nil }
            self = .lanesOpened(run, setup)
        case .functionEntered:
            guard let arguments = object["arguments"] else { return nil }
            self = .functionEntered(run, arguments: arguments)
        case .stageEntered:
            guard let position = object["position"]?.int else { return nil }
            self = .stageEntered(run, stages: object["stages"].flatMap(Stages.init(json:)), position: position)
        default: self.init(child: kind, run: run, object: object)
        }
    }

    private init?(child kind: ExecutionEvent.Kind, run: TaskRun, object: JSONObject) {
        guard let child = object["child"] else { return nil }
        let (id, reason) = (child.string, object["reason"]?.string)
        switch (kind, id, reason) {
        case (.childRequested, _, _):
            guard let request = ChildRequest(json: child) else { return nil }
            self = .childRequested(run, request)
        case (.childCancelled, let id?, let reason?): self = .childCancelled(run, executionID: id, reason: reason)
        case (.childSuspended, let id?, let reason?): self = .childSuspended(run, executionID: id, reason: reason)
        case (.childResumed, let id?, _): self = .childResumed(run, executionID: id)
        default: return nil
        }
    }
}
