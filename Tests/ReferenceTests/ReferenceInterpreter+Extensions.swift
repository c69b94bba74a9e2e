import Core

extension ReferenceInterpreter {
    /// An extension that applies, and where it stands.
    struct Around {
        var pointer: String
        var before: JSON?
        var after: JSON?
    }

    /// The extensions that apply to a task, in the order of the document.
    func extensions(
        of task: JSON, _ pointer: String, _ raw: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> [Around] {
        if pointer.hasPrefix("/use/extensions/") { return [] }
        let kinds = ["for", "fork", "listen", "run", "call", "emit", "raise", "set", "switch", "try", "wait", "do"]
        let kind = kinds.first { task[$0] != nil } ?? ""
        var found: [Around] = []
        for (position, item) in (document["use"]?["extensions"]?.array ?? []).enumerated() {
            guard let (name, body) = Self.named(item), let target = body["extend"]?.string else { continue }
            guard target == "all" || target == kind || (target == "composite" && ["do", "fork"].contains(kind)) else {
                continue
            }
            if let when = body["when"] {
                var all = names
                all["input"] = raw
                guard Self.holds(try value(when, raw, all, world, at: pointer, time, bare: true)) else { continue }
            }
            found.append(
                Around(
                    pointer: "/use/extensions/\(position)/\(name)", before: body["before"], after: body["after"]))
        }
        return found
    }

    /// What runs before a task changes nothing, but by `exit` and `end`; what runs after it neither.
    mutating func extended(
        _ extensions: [Around], _ pointer: String, _ task: JSON, _ raw: JSON, _ time: Int64, _ names: JSONObject,
        _ world: inout World
    ) throws(Stop) -> Result {
        var now = time
        let name = pointer.split(separator: "/").last.map(String.init) ?? ""
        var about: JSONObject = ["name": .string(name), "reference": .string(pointer), "input": raw, "output": .null]
        func over(_ result: Result, _ flow: Flow, _ world: inout World) -> Result {
            world.done.append(Completion(time: result.time, task: pointer))
            return Result(data: result.data, time: result.time, flow: flow)
        }
        for one in extensions where one.before != nil {
            var inside = names
            inside["task"] = .object(about)
            let result = try list(one.pointer + "/before", one.before, raw, now, inside, &world)
            if result.flow == .exit { return over(result, Self.flow(of: task["then"]), &world) }
            if result.flow == .end { return over(result, .end, &world) }
            now = result.time
        }
        var result = try bare(pointer, task, raw, now, names, &world)
        about["output"] = result.data
        for one in extensions where one.after != nil {
            var inside = names
            inside["task"] = .object(about)
            let after = try list(one.pointer + "/after", one.after, result.data, result.time, inside, &world)
            if after.flow == .end { return over(after, .end, &world) }
            result.time = after.time
        }
        return over(result, result.flow ?? .next, &world)
    }
}
