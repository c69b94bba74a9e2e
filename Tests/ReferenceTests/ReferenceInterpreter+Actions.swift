import Core
import Expressions

extension ReferenceInterpreter {
    mutating func action(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        if let template = task["set"] {
            return Result(data: try resolved(template, input, names, world, pointer, time), time: time)
        }
        if let cases = task["switch"]?.array { return try choose(cases, pointer, input, time, names, world) }
        if let error = reusable("errors", task["raise"]?["error"]) {
            let trouble = Trouble(
                status: error["status"]?.int ?? 0, type: error["type"]?.string ?? "", instance: pointer)
            throw Stop(trouble: trouble, time: time)
        }
        if let attributes = task["emit"]?["event"]?["with"] {
            return Result(data: try resolved(attributes, input, names, world, pointer, time), time: time)
        }
        if let wait = task["wait"] {
            guard wait.string?.hasPrefix("${") == true else {
                return Result(data: input, time: time + Self.microseconds(wait))
            }
            let length = try resolved(wait, input, names, world, pointer, time)
            guard let thousandths = length["milliseconds"]?.int, thousandths >= 0 else {
                throw Stop(trouble: .standard(.expression, pointer), time: time)
            }
            return Result(data: input, time: time + Int64(thousandths) * 1000)
        }
        if task["call"] != nil { return try call(pointer, task, input, time, names, &world) }
        if let run = task["run"] {
            if run["workflow"] != nil { return try child(run, pointer, input, time, names, &world) }
            return try process(run, pointer, input, time, names, world)
        }
        if task["listen"] != nil { return try listen(pointer, task, input, time, names, &world) }
        if task["for"] != nil { return try loop(pointer, task, input, time, names, &world) }
        if let fork = task["fork"] { return try branches(pointer, fork, input, time, names, &world) }
        if task["try"] != nil { return try guarded(pointer, task, input, time, names, &world) }
        return try inner(pointer + "/do", task["do"], input, time, names, &world)
    }

    /// A list inside of a task: only `end` goes beyond it.
    mutating func inner(
        _ pointer: String, _ tasks: JSON?, _ data: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        var result = try list(pointer, tasks, data, time, names, &world)
        if result.flow != .end { result.flow = nil }
        return result
    }

    private func choose(
        _ cases: [JSON], _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Result {
        let cases = cases.compactMap { Self.named($0)?.task }
        var all = names
        all["input"] = input
        for one in cases {
            guard let when = one["when"] else { continue }
            if Self.holds(try value(when, input, all, world, at: pointer, time, bare: true)) {
                return Result(data: input, time: time, flow: Self.flow(of: one["then"]))
            }
        }
        let otherwise = cases.first { $0["when"] == nil }
        return Result(data: input, time: time, flow: otherwise.map { Self.flow(of: $0["then"]) })
    }

    private mutating func call(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let (name, with) = (task["call"]?.string ?? "", task["with"] ?? [:])
        if name.hasPrefix("map:") { return try map(pointer, with, input, time, names, &world) }
        let arguments = try resolved(with, input, names, world, pointer, time)
        if name.hasPrefix("until:") {
            var moment = time
            if let seconds = arguments["at"]?.double {
                moment = Int64(seconds * 1e6) - Play.start.microseconds
            } else if let at = arguments["at"]?.string.flatMap({ Instant($0) }) {
                moment = at.microseconds - Play.start.microseconds
            }
            return Result(data: input, time: max(time, moment))
        }
        if name == "http" { return try outside(arguments, pointer, time) }
        let body = document["use"]?["functions"]?[name] ?? .null
        var result = try self.task("/use/functions/\(name)", body, arguments, time, [:], &world)
        if result.flow != .end { result.flow = nil }
        return result
    }

    private func outside(_ arguments: JSON, _ pointer: String, _ time: Int64) throws(Stop) -> Result {
        let answer = script.answer(arguments, at: time)
        guard let status = answer.status else { return Result(data: answer.output, time: time + answer.latency) }
        let trouble = Trouble(status: status, type: Script.faultType, instance: pointer)
        throw Stop(trouble: trouble, time: time + answer.latency)
    }

    private func process(
        _ run: JSON, _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Result {
        var what = (run["script"] ?? run["shell"])?.object ?? JSONObject()
        what["return"] = run["return"] ?? "stdout"
        let arguments = try resolved(.object(what), input, names, world, pointer, time)
        return run["await"]?.bool == false
            ? Result(data: input, time: time) : try outside(arguments, pointer, time)
    }

    private mutating func loop(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let (each, at) = (task["for"]?["each"]?.string ?? "item", task["for"]?["at"]?.string ?? "index")
        let items = try items(task["for"]?["in"], pointer, input, time, names, world)
        var result = Result(data: input, time: time)
        for (index, item) in items.enumerated() {
            var inside = names
            inside[each] = item
            inside[at] = .integer(Int64(index))
            if let condition = task["while"] {
                var known = inside
                known["input"] = input
                let value = try value(condition, result.data, known, world, at: pointer, result.time, bare: true)
                if !Self.holds(value) { break }
            }
            result = try inner(pointer + "/do", task["do"], result.data, result.time, inside, &world)
            if result.flow == .end { return result }
        }
        return Result(data: result.data, time: result.time)
    }

    func items(
        _ template: JSON?, _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> [JSON] {
        var all = names
        all["input"] = input
        let items = try value(template ?? [], input, all, world, at: pointer, time, bare: true)
        guard let items = items.array else { throw Stop(trouble: .standard(.expression, pointer), time: time) }
        return items
    }
}
