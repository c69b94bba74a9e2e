import Core
import Workflow

extension ExecutionState {
    /// The open runs, each after the one that holds it.
    var openFrames: [Frame] { frames.all }

    /// Goes over to another version: `tasks` are the open tasks that have another place in it, `positions` where lists
    /// go on that are between two tasks.
    mutating func migrate(to reference: DefinitionReference, tasks: [String: String], positions: [Int: Int]) {
        definition = reference
        for frame in frames.all {
            let number = frame.run.number
            frames.update(number) { $0.move(tasks, to: positions[number]) }
        }
        for at in mailboxes.indices {
            if let new = tasks[mailboxes[at].subscription.task] { mailboxes[at].subscription.task = new }
        }
    }
}

extension Frame {
    fileprivate mutating func move(_ tasks: [String: String], to position: Int?) {
        // No place means another call next time: that is for the call that failed, never for an open task.
        if let new = tasks[run.task], !new.isEmpty {
            listening?.move(from: run.task, to: new)
            run.task = new
        }
        if case .faulted(var failure) = step {
            failure.move(tasks)
            step = .faulted(failure)
        }
        guarding?.failed?.move(tasks)
        if let position, case .advance(.next) = step { step = .advance(.next(position)) }
    }
}

extension Listening {
    /// The filters that ask for keys are told by their pointers.
    fileprivate mutating func move(from old: String, to new: String) {
        var moved: [String: [String: String]] = [:]
        for (pointer, keys) in expected {
            moved[pointer.hasPrefix(old + "/") ? new + pointer.dropFirst(old.utf8.count) : pointer] = keys
        }
        expected = moved
    }
}

extension Frame.Failure {
    fileprivate mutating func move(_ tasks: [String: String]) {
        if let new = tasks[run.task] { run.task = new }
        if let instance = fault.instance, let new = tasks[instance], !new.isEmpty { fault.instance = new }
    }
}
