import Core
import Expressions

/// A second reading of the language, as plain as can be: a recursive walk over the document, with time as a number that
/// is passed on. It knows nothing of the engine. What is cut short is run to its end all the same, and what came after
/// the cut is forgotten.
struct ReferenceInterpreter {
    enum Flow: Equatable { case next, exit, end, to(String) }

    struct Result {
        var data: JSON
        var time: Int64
        /// Where the list goes on; nil as the task's `then` says.
        var flow: Flow?
        /// Whether the task was left out.
        var isSkipped = false
        /// Whether nothing is made of the output any more.
        var isLast = false
    }

    struct Trouble {
        var status: Int
        var type: String
        var instance: String?

        static func standard(_ kind: Fault.Standard, _ instance: String?) -> Trouble {
            let fault = Fault(kind)
            return Trouble(status: fault.status, type: fault.type, instance: instance)
        }

        var json: JSON {
            var object: JSONObject = ["type": .string(type), "status": .integer(Int64(status))]
            object["instance"] = instance.map(JSON.string)
            return .object(object)
        }
    }

    /// Why something does not come to its end; nil trouble: it waits for ever.
    struct Stop: Error {
        var trouble: Trouble?
        var time: Int64

        static let never = Stop(trouble: nil, time: .max)
    }

    let document: JSON
    /// The workflows that it may run, by name.
    let library: [String: JSON]
    let script: Script
    /// When it starts.
    let begin: Int64
    /// Its raw input.
    let input: JSON
    /// Set when two things at the very same moment make the outcome a matter of taste.
    var isAmbiguous = false
    /// How many more tasks it reads.
    var patience = 3000
    let parsed = ParsedExpressions()

    init(_ document: JSON, _ library: [String: JSON], _ script: Script, input: JSON, at begin: Int64 = 0) {
        (self.document, self.library, self.script, self.input, self.begin) = (document, library, script, input, begin)
    }

    mutating func run() -> Outcome {
        var world = World()
        do throws(Stop) {
            let data = try whole(&world)
            return Outcome(ending: .completed(data.data), end: data.time, world: world)
        } catch {
            guard let trouble = error.trouble else { return Outcome(ending: .waiting, end: nil, world: world) }
            let ending = Ending.faulted(status: trouble.status, type: trouble.type, instance: trouble.instance)
            return Outcome(ending: ending, end: error.time, world: world)
        }
    }

    private mutating func whole(_ world: inout World) throws(Stop) -> Result {
        try check(document["input"], input, nil, begin)
        var from = input
        if let transform = document["input"]?["from"] {
            from = try value(transform, input, ["input": input], world, at: nil, begin, bare: true)
        }
        var result = try limited(document["timeout"], "", begin, &world) {
            (me: inout Self, world: inout World) throws(Stop) -> Result in
            try me.list("/do", me.document["do"], from, me.begin, [:], &world)
        }
        if let transform = document["output"]?["as"] {
            let names: JSONObject = ["input": from, "output": result.data]
            result.data = try value(transform, result.data, names, world, at: nil, result.time, bare: true)
        }
        try check(document["output"], result.data, nil, result.time)
        return result
    }

    /// What stands below `use`, where only its name is told.
    func reusable(_ section: String, _ value: JSON?) -> JSON? {
        value?.string.map { document["use"]?[section]?[$0] ?? .null } ?? value
    }

    /// Runs `body`, and ends it when its time is over.
    mutating func limited(
        _ timeout: JSON?, _ pointer: String, _ time: Int64, _ world: inout World,
        _ body: (inout Self, inout World) throws(Stop) -> Result
    ) throws(Stop) -> Result {
        guard let after = reusable("timeouts", timeout)?["after"] else { return try body(&self, &world) }
        let deadline = time + Self.microseconds(after)
        do throws(Stop) {
            let result = try body(&self, &world)
            if result.time == deadline { isAmbiguous = true }
            if result.time <= deadline { return result }
        } catch {
            if error.trouble != nil, error.time == deadline { isAmbiguous = true }
            if error.trouble != nil, error.time <= deadline { throw error }
        }
        world.cut(after: deadline)
        throw Stop(trouble: .standard(.timeout, pointer.isEmpty ? nil : pointer), time: deadline)
    }

    mutating func list(
        _ pointer: String, _ tasks: JSON?, _ data: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let tasks: [JSON] = tasks?.array ?? []
        var (at, result) = (0, Result(data: data, time: time))
        while at < tasks.count {
            guard let (name, task) = Self.named(tasks[at]) else { break }
            result = try self.task("\(pointer)/\(at)/\(name)", task, result.data, result.time, names, &world)
            switch result.flow {
            case .next?, nil: at += 1
            case .to(let target)?: at = tasks.firstIndex { Self.named($0)?.name == target } ?? tasks.count
            case .exit?: return Result(data: result.data, time: result.time, flow: .exit)
            case .end?: return Result(data: result.data, time: result.time, flow: .end)
            }
        }
        return Result(data: result.data, time: result.time)
    }

    /// A task with what runs around it.
    mutating func task(
        _ pointer: String, _ task: JSON, _ raw: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        patience -= 1
        if patience < 0 {
            isAmbiguous = true
            throw .never
        }
        if let condition = task["if"] {
            var all = names
            all["input"] = raw
            guard Self.holds(try value(condition, raw, all, world, at: pointer, time, bare: true)) else {
                return Result(data: raw, time: time, flow: .next, isSkipped: true)
            }
        }
        let extensions = try self.extensions(of: task, pointer, raw, time, names, world)
        if extensions.isEmpty { return try bare(pointer, task, raw, time, names, &world) }
        return try extended(extensions, pointer, task, raw, time, names, &world)
    }

    /// A task without its condition and without what runs around it.
    mutating func bare(
        _ pointer: String, _ task: JSON, _ raw: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        var all = names
        try check(task["input"], raw, pointer, time)
        var input = raw
        all["input"] = raw
        if let from = task["input"]?["from"] {
            input = try value(from, raw, all, world, at: pointer, time, bare: true)
        }
        var result = try limited(task["timeout"], pointer, time, &world) {
            (me: inout Self, world: inout World) throws(Stop) -> Result in
            try me.action(pointer, task, input, time, names, &world)
        }
        result.flow = result.flow ?? Self.flow(of: task["then"])
        if !result.isLast {
            all["input"] = input
            all["output"] = result.data
            if let transform = task["output"]?["as"] {
                result.data = try value(transform, result.data, all, world, at: pointer, result.time, bare: true)
            }
            try check(task["output"], result.data, pointer, result.time)
            all["output"] = result.data
            try export(task["export"], result.data, all, pointer, result.time, &world)
        }
        world.done.append(Completion(time: result.time, task: pointer))
        return Result(data: result.data, time: result.time, flow: result.flow)
    }

    func export(
        _ stage: JSON?, _ data: JSON, _ names: JSONObject, _ pointer: String, _ time: Int64, _ world: inout World
    ) throws(Stop) {
        guard let stage else { return }
        var context = world.context
        if let transform = stage["as"] {
            context = try value(transform, data, names, world, at: pointer, time, bare: true)
        }
        try check(stage, context, pointer, time)
        world.contexts.append((time, context))
    }

    /// What an object of one member holds.
    static func named(_ item: JSON) -> (name: String, task: JSON)? {
        guard let name = item.object?.keys.first, let task = item[name] else { return nil }
        return (name, task)
    }

    static func flow(of then: JSON?) -> Flow {
        switch then?.string {
        case nil, "continue"?: .next
        case "exit"?: .exit
        case "end"?: .end
        case let name?: .to(name)
        }
    }
}
