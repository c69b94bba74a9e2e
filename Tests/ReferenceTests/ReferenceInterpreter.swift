import Core
import Expressions

/// A second reading of the language, as plain as can be: a recursive walk over the document, with time as a number that
/// is passed on. It knows nothing of the engine. What is cut short is run to its end all the same, and what came after
/// the cut is forgotten.
struct ReferenceInterpreter {
    /// How it ended, or that it never does.
    enum Ending: Equatable {
        case completed(JSON)
        case faulted(status: Int, type: String, instance: String?)
        case waiting
    }

    struct Completion: Hashable, Comparable {
        var time: Int64
        var task: String

        static func < (left: Self, right: Self) -> Bool { (left.time, left.task) < (right.time, right.task) }
    }

    /// What happened so far, in the order of time.
    struct World {
        var contexts: [(time: Int64, value: JSON)] = []
        var done: [Completion] = []
        var eaten: [(time: Int64, task: String, event: Int)] = []

        var context: JSON { contexts.last?.value ?? .null }

        mutating func cut(after time: Int64) {
            contexts.removeAll { $0.time > time }
            done.removeAll { $0.time > time }
            eaten.removeAll { $0.time > time }
        }
    }

    enum Flow: Equatable { case next, exit, end, to(String) }

    struct Result {
        var data: JSON
        var time: Int64
        var flow = Flow.next
    }

    struct Trouble {
        var status: Int
        var type: String
        var instance: String?

        static func standard(_ kind: Fault.Standard, _ instance: String?) -> Trouble {
            let fault = Fault(kind)
            return Trouble(status: fault.status, type: fault.type, instance: instance)
        }
    }

    /// Why something does not come to its end; nil trouble: it waits for ever.
    struct Stop: Error {
        var trouble: Trouble?
        var time: Int64
    }

    let document: JSON
    let script: Script
    /// Set when two things at the very same moment make the outcome a matter of taste.
    var isAmbiguous = false

    init(_ document: JSON, _ script: Script) { (self.document, self.script) = (document, script) }

    mutating func run(_ input: JSON) -> (ending: Ending, world: World) {
        var world = World()
        do throws(Stop) {
            let result = try limited(document["timeout"], "", 0, &world) {
                (me: inout Self, world: inout World) throws(Stop) -> Result in
                try me.list("/do", me.document["do"], input, 0, [:], &world)
            }
            var data = result.data
            if let transform = document["output"]?["as"] {
                data = try value(transform, data, ["output": data], world, at: nil, result.time, bare: true)
            }
            return (.completed(data), world)
        } catch {
            guard let trouble = error.trouble else { return (.waiting, world) }
            return (.faulted(status: trouble.status, type: trouble.type, instance: trouble.instance), world)
        }
    }

    /// Runs `body`, and ends it when its time is over.
    private mutating func limited(
        _ timeout: JSON?, _ pointer: String, _ time: Int64, _ world: inout World,
        _ body: (inout Self, inout World) throws(Stop) -> Result
    ) throws(Stop) -> Result {
        guard let after = timeout?["after"] else { return try body(&self, &world) }
        let deadline = time + Self.microseconds(after)
        func end() -> Stop {
            world.cut(after: deadline)
            return Stop(trouble: .standard(.timeout, pointer.isEmpty ? nil : pointer), time: deadline)
        }
        do throws(Stop) {
            let result = try body(&self, &world)
            if result.time == deadline { isAmbiguous = true }
            if result.time <= deadline { return result }
        } catch {
            if error.trouble != nil, error.time == deadline { isAmbiguous = true }
            if error.trouble != nil, error.time <= deadline { throw error }
        }
        throw end()
    }

    mutating func list(
        _ pointer: String, _ tasks: JSON?, _ data: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let tasks: [JSON] = tasks?.array ?? []
        var (at, result) = (0, Result(data: data, time: time))
        while at < tasks.count {
            guard let (name, task) = Self.named(tasks[at]) else { break }
            let before = result
            result = try self.task("\(pointer)/\(at)/\(name)", task, before.data, before.time, names, &world)
            switch result.flow {
            case .next: at += 1
            case .to(let target): at = tasks.firstIndex { Self.named($0)?.name == target } ?? tasks.count
            case .exit: return Result(data: result.data, time: result.time)
            case .end: return result
            }
        }
        return Result(data: result.data, time: result.time)
    }

    mutating func task(
        _ pointer: String, _ task: JSON, _ raw: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        func stage(_ me: Self, _ expression: JSON, _ data: JSON, _ more: JSONObject, _ time: Int64, _ world: World)
            throws(Stop) -> JSON
        {
            var all = names
            for (name, value) in more { all[name] = value }
            return try me.value(expression, data, all, world, at: pointer, time, bare: true)
        }
        if let condition = task["if"] {
            let holds = try stage(self, condition, raw, ["input": raw], time, world)
            if holds == .null || holds == .bool(false) { return Result(data: raw, time: time) }
        }
        let required: [JSON] = task["input"]?["schema"]?["document"]?["required"]?.array ?? []
        for name in required {
            guard raw.object != nil, raw[name.string ?? ""] == nil else { continue }
            throw Stop(trouble: .standard(.validation, pointer), time: time)
        }
        var input = raw
        if let from = task["input"]?["from"] { input = try stage(self, from, raw, ["input": raw], time, world) }
        var result = try limited(task["timeout"], pointer, time, &world) {
            (me: inout Self, world: inout World) throws(Stop) -> Result in
            try me.action(pointer, task, input, time, names, &world)
        }
        let flow = result.flow == .next ? Self.flow(task["then"]) : result.flow
        if let transform = task["output"]?["as"] {
            result.data = try stage(
                self, transform, result.data, ["input": input, "output": result.data], result.time, world)
        }
        if let export = task["export"]?["as"] {
            let context = try stage(
                self, export, result.data, ["input": input, "output": result.data], result.time, world)
            world.contexts.append((result.time, context))
        }
        world.done.append(Completion(time: result.time, task: pointer))
        return Result(data: result.data, time: result.time, flow: flow)
    }

    /// What an object of one member holds.
    static func named(_ item: JSON) -> (name: String, task: JSON)? {
        guard let name = item.object?.keys.first, let task = item[name] else { return nil }
        return (name, task)
    }

    private static func flow(_ then: JSON?) -> Flow {
        switch then?.string {
        case nil, "continue"?: .next
        case "exit"?: .exit
        case "end"?: .end
        case let name?: .to(name)
        }
    }

    static func microseconds(_ duration: JSON) -> Int64 {
        let seconds = Int64(duration["seconds"]?.int ?? 0) + 60 * Int64(duration["minutes"]?.int ?? 0)
        return seconds * 1_000_000 + Int64(duration["milliseconds"]?.int ?? 0) * 1000
    }

    static func flow(of then: JSON?) -> Flow { flow(then) }
}
