import Core
import Expressions
import Workflow

extension Machine {
    /// An error has come to an open run: from below, or from its own time-out.
    mutating func handle(_ frame: Frame, _ failure: Frame.Failure) {
        cancelBelow(frame.run.number, reason: "an error ended the task around", timersOfRunToo: false)
        if let request = failure.request {
            record(.requestCancelled(frame.run, request, reason: "the task's time-out passed"))
        }
        if frame.form == .child, failure.run == frame.run {
            // The time-out has passed, and the child goes on.
            record(
                .childCancelled(
                    frame.run, executionID: state.childID(frame.run.number), reason: "the task's time-out passed"))
        }
        let fault = failure.fault
        let isBelow = failure.run != frame.run || failure.endsAttempt
        // What extensions run around a `try` is not inside of it.
        if frame.form == .try, isBelow, !frame.isHandling, case .try(_, let clause) = task(of: frame).action {
            do {
                if try catches(clause, fault, frame) { return try recover(frame, failure, clause) }
            } catch {
                // The condition itself failed: that is the error now.
                return fail(frame.run, error, usage: nil)
            }
        }
        guard frame.form == .workflow else { return fail(frame.run, fault, usage: nil) }
        cancelTimers(of: 0)
        record(.executionFaulted(fault))
    }

    /// Limits the attempt that begins, where the definition does.
    mutating func limitAttempt(_ run: TaskRun) {
        guard case .try(_, let clause)? = definition.task(at: run.task)?.action,
            let limit = clause.retry?.attemptDuration
        else { return }
        setTimer(limit, .attempt(run.number), task: run.task)
    }

    private mutating func recover(_ frame: Frame, _ failure: Frame.Failure, _ clause: CatchClause) throws(Fault) {
        cancelTimers { $0 == .attempt(frame.run.number) }
        if let retry = clause.retry {
            if let wait = try wait(frame, failure, retry, clause) {
                record(.retryScheduled(frame.run, failure.fault, retry: (frame.guarding?.retries ?? 0) + 1))
                return setTimer(wait, .retry(frame.run.number), task: frame.run.task)
            }
            if clause.handler == nil { return fail(frame.run, failure.fault, usage: nil) }
        }
        record(.faultHandled(frame.run, failure.fault, variable: clause.variable))
    }

    private mutating func catches(_ clause: CatchClause, _ fault: Fault, _ frame: Frame) throws(Fault) -> Bool {
        let json = fault.json
        for (key, expected) in clause.filter {
            if key == "type" {
                guard let type = expected.string, Self.normal(type) == Self.normal(fault.type) else { return false }
            } else if json[key] != expected {
                return false
            }
        }
        return try holds(clause.when, clause.exceptWhen, fault, frame, clause.variable)
    }

    private mutating func holds(
        _ when: Expression?, _ exceptWhen: Expression?, _ fault: Fault, _ frame: Frame, _ variable: String
    ) throws(Fault) -> Bool {
        if when == nil, exceptWhen == nil { return true }
        let scope = Scope(
            task(of: frame), below: frame.run.parent, at: frame.run.number, input: frame.input, raw: frame.raw,
            startedAt: frame.startedAt)
        bound = [variable: fault.json, "error": fault.json]
        defer { bound = [:] }
        if let when, try !isTrue(evaluate(when, fault.json, scope)) { return false }
        if let exceptWhen, try isTrue(evaluate(exceptWhen, fault.json, scope)) { return false }
        return true
    }

    /// The wait before the next retry; nil when there is to be none.
    private mutating func wait(
        _ frame: Frame, _ failure: Frame.Failure, _ retry: RetryClause, _ clause: CatchClause
    ) throws(Fault) -> Duration? {
        guard let guarding = frame.guarding,
            try holds(retry.when, retry.exceptWhen, failure.fault, frame, clause.variable)
        else { return nil }
        let number = guarding.retries + 1
        if let count = retry.count, number > count { return nil }
        var wait = retry.wait(before: number)
        if let jitter = retry.jitter {
            let seed = "\(state.executionID)|\(state.taskID(failure.run.number))|\(number)"
            var source = SplitMix64(seed: stableHash(seed))
            let width = Double((jitter.upperBound - jitter.lowerBound).wholeMicroseconds)
            wait += jitter.lowerBound + .microseconds(Int64(width * source.unit()))
        }
        if let limit = retry.totalDuration, now + wait - guarding.since > limit { return nil }
        return wait
    }

    /// The standard types have been spelled in four ways; all mean the same.
    static func normal(_ type: String) -> Substring {
        let prefixes = [
            "https://open-workflow-specification.org/spec/1.0.0/errors/",
            "https://open-workflow-specification.org/dsl/errors/types/",
            "https://serverlessworkflow.io/spec/1.0.0/errors/", "https://serverlessworkflow.io/dsl/errors/types/",
        ]
        for prefix in prefixes where type.hasPrefix(prefix) { return type.dropFirst(prefix.count) }
        return type[...]
    }
}
