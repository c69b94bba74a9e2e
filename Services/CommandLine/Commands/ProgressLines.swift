import Core
import Engine

/// The progress of a run, a line a task.
struct ProgressLines {
    let start: Instant
    let root: String

    /// A line for what a reader wants to see; nil for the rest.
    func line(_ event: ExecutionEvent, _ console: Console) -> String? {
        guard let words = words(event, console) else { return nil }
        let time = console.painted("+\((event.time - start).iso8601)", .grey)
        let who = event.executionID == root ? "" : "[\(event.executionID)] "
        return "\(time)  \(who)\(words)"
    }

    private func words(_ event: ExecutionEvent, _ console: Console) -> String? {
        let task = event.task ?? ""
        switch event.outcome {
        case .executionStarted(let definition, _, _, _, _): return "started \(definition)"
        case .executionCompleted: return console.painted("completed", .green)
        case .executionFaulted(let fault): return console.painted("faulted", .red) + " \(Self.words(fault))"
        case .executionCancelled(let reason): return console.painted("cancelled", .yellow) + ": \(reason)"
        case .executionSuspended(let reason): return console.painted("suspended", .yellow) + ": \(reason)"
        case .executionResumed: return "resumed"
        case .taskRequested(_, let request):
            return "  \(task) calls \(request.function)" + (request.attempt > 1 ? ", attempt \(request.attempt)" : "")
        case .taskSkipped: return "  \(task) skipped"
        case .taskCompleted: return "  \(task) \(console.painted("completed", .green))"
        case .taskFaulted(_, let fault, _): return "  \(task) \(console.painted("faulted", .red)): \(Self.words(fault))"
        case .taskCancelled(_, _, let reason): return "  \(task) \(console.painted("cancelled", .yellow)): \(reason)"
        case .retryScheduled(_, _, let retry): return "  \(task) will retry (\(retry))"
        case .faultHandled: return "  \(task) handles the error"
        case .timerSet(let timer, _):
            guard case .wait = timer.purpose else { return nil }
            return "  \(task) waits until \(timer.due)"
        case .eventEmitted(_, let event): return "  \(task) emits \(event["type"]?.string ?? "an event")"
        default: return nil
        }
    }

    private static func words(_ fault: Fault) -> String {
        let kind = fault.title ?? fault.type
        return "\(fault.status) \(kind)" + (fault.detail.map { ": \($0)" } ?? "")
    }

    /// Why an execution will go on, from its explanation: the kind, the task, and what tells it apart.
    static func words(cause: JSON) -> String {
        let shown = (cause.object ?? [:]).filter { !["kind", "task"].contains($0.key) }
        let rest = shown.map { "\($0.key)=\($0.value.string ?? $0.value.text())" }
        let head = [cause["kind"]?.string ?? "cause", cause["task"]?.string ?? ""].filter { !$0.isEmpty }
        return (head + rest).joined(separator: "  ")
    }
}
