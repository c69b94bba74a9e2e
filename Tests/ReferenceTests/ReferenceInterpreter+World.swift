import Core

extension ReferenceInterpreter {
    /// How it ended, or that it never does.
    enum Ending: Equatable {
        case completed(JSON)
        case faulted(status: Int, type: String, instance: String?)
        case cancelled
        case waiting
    }

    struct Completion: Hashable, Comparable {
        var time: Int64
        var task: String

        static func < (left: Self, right: Self) -> Bool { (left.time, left.task) < (right.time, right.task) }
    }

    /// What became of an execution.
    struct Outcome {
        var ending: Ending
        /// Nil when it waits for ever.
        var end: Int64?
        var world: World

        /// Ends it at `time`, if it is still open then.
        mutating func cancel(at time: Int64) {
            if let end, end <= time { return }
            (ending, end) = (.cancelled, time)
            world.cut(after: time)
        }
    }

    /// An execution that a task started.
    struct Child {
        var name: String
        var start: Int64
        var awaits: Bool
        var outcome: Outcome
    }

    /// What happened so far, in the order of time.
    struct World {
        var contexts: [(time: Int64, value: JSON)] = []
        var done: [Completion] = []
        var eaten: [(time: Int64, task: String, event: Int)] = []
        var children: [Child] = []

        var context: JSON { contexts.last?.value ?? .null }

        mutating func cut(after time: Int64) {
            contexts.removeAll { $0.time > time }
            done.removeAll { $0.time > time }
            eaten.removeAll { $0.time > time }
            children.removeAll { $0.start > time }
            for at in children.indices where children[at].awaits { children[at].outcome.cancel(at: time) }
        }

        /// Whether anything happened at `time`.
        func isBusy(at time: Int64) -> Bool {
            done.contains { $0.time == time } || eaten.contains { $0.time == time }
                || contexts.dropFirst().contains { $0.time == time } || children.contains { $0.start == time }
        }
    }

    mutating func child(
        _ run: JSON, _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        guard let workflow = run["workflow"], let name = workflow["name"]?.string else { throw .never }
        var given = input
        if let template = workflow["input"] { given = try resolved(template, input, names, world, pointer, time) }
        var inner = ReferenceInterpreter(library[name] ?? .null, library, script, input: given, at: time)
        let outcome = inner.run()
        isAmbiguous = isAmbiguous || inner.isAmbiguous
        let awaits = run["await"]?.bool ?? true
        world.children.append(Child(name: name, start: time, awaits: awaits, outcome: outcome))
        guard awaits else { return Result(data: input, time: time) }
        switch outcome.ending {
        case .completed(let output): return Result(data: output, time: outcome.end ?? time)
        case .faulted(let status, let type, _):
            throw Stop(trouble: Trouble(status: status, type: type, instance: pointer), time: outcome.end ?? time)
        case .cancelled, .waiting: throw .never
        }
    }
}
