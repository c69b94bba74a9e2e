import Core
import Expressions

extension ReferenceInterpreter {
    mutating func action(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        if let template = task["set"] {
            return Result(data: try resolved(template, input, names, world, pointer, time), time: time)
        }
        if let cases = task["switch"]?.array {
            return try choose(cases, pointer, input, time, names, world)
        }
        if let error = task["raise"]?["error"] {
            let trouble = Trouble(
                status: error["status"]?.int ?? 0, type: error["type"]?.string ?? "", instance: pointer)
            throw Stop(trouble: trouble, time: time)
        }
        if let attributes = task["emit"]?["event"]?["with"] {
            return Result(data: try resolved(attributes, input, names, world, pointer, time), time: time)
        }
        if let wait = task["wait"] { return Result(data: input, time: time + Self.microseconds(wait)) }
        if let call = task["call"]?.string {
            let arguments = try resolved(task["with"] ?? [:], input, names, world, pointer, time)
            if call == "http" { return try outside(arguments, pointer, time) }
            let function = "/use/functions/\(call)"
            let body = document["use"]?["functions"]?[call] ?? .null
            return try self.task(function, body, arguments, time, [:], &world)
        }
        if let listen = task["listen"]?["to"] { return try self.listen(listen, pointer, time, &world) }
        if task["for"] != nil { return try loop(pointer, task, input, time, names, &world) }
        if let fork = task["fork"] { return try branches(pointer, fork, input, time, names, &world) }
        if task["try"] != nil { return try guarded(pointer, task, input, time, names, &world) }
        return try list(pointer + "/do", task["do"], input, time, names, &world)
    }

    private func choose(
        _ cases: [JSON], _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Result {
        var chosen: JSON?
        let cases = cases.compactMap { Self.named($0)?.task }
        for one in cases {
            guard let when = one["when"] else { continue }
            var all = names
            all["input"] = input
            let holds = try value(when, input, all, world, at: pointer, time, bare: true)
            if holds != .null && holds != .bool(false) {
                chosen = one
                break
            }
        }
        chosen = chosen ?? cases.first { $0["when"] == nil }
        return Result(data: input, time: time, flow: chosen.map { Self.flow(of: $0["then"]) } ?? .next)
    }

    private func outside(_ arguments: JSON, _ pointer: String, _ time: Int64) throws(Stop) -> Result {
        let answer = script.answer(arguments, at: time)
        guard let status = answer.status else { return Result(data: answer.output, time: time + answer.latency) }
        let trouble = Trouble(status: status, type: Script.faultType, instance: pointer)
        throw Stop(trouble: trouble, time: time + answer.latency)
    }

    /// Each `listen` takes every event once, in the order of coming, from the beginning of the execution on.
    private func listen(
        _ strategy: JSON, _ pointer: String, _ time: Int64, _ world: inout World
    ) throws(Stop) -> Result {
        let filters: [JSON] =
            strategy["one"].map { [$0] } ?? strategy["any"]?.array ?? strategy["all"]?.array ?? []
        var wanted = filters.compactMap { $0["with"]?["type"]?.string }
        let isAll = strategy["all"] != nil
        var (now, output): (Int64, [JSON]) = (time, [])
        for (position, event) in script.events.enumerated() {
            guard wanted.contains(event.type),
                !world.eaten.contains(where: { $0.task == pointer && $0.event == position })
            else { continue }
            now = max(now, event.time)
            world.eaten.append((now, pointer, position))
            output.append(event.data)
            if isAll { wanted.removeAll { $0 == event.type } }
            if !isAll || wanted.isEmpty { return Result(data: .array(output), time: now) }
        }
        throw Stop(trouble: nil, time: .max)
    }

    private mutating func loop(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let (each, at) = (task["for"]?["each"]?.string ?? "item", task["for"]?["at"]?.string ?? "index")
        var all = names
        all["input"] = input
        let items = try value(task["for"]?["in"] ?? [], input, all, world, at: pointer, time, bare: true)
        guard let items = items.array else { throw Stop(trouble: .standard(.expression, pointer), time: time) }
        var result = Result(data: input, time: time)
        for (index, item) in items.enumerated() {
            var inner = names
            inner[each] = item
            inner[at] = .integer(Int64(index))
            if let condition = task["while"] {
                var known = inner
                known["input"] = input
                let holds = try value(condition, result.data, known, world, at: pointer, result.time, bare: true)
                if holds == .null || holds == .bool(false) { break }
            }
            result = try list(pointer + "/do", task["do"], result.data, result.time, inner, &world)
            if result.flow == .end { return result }
        }
        return Result(data: result.data, time: result.time)
    }

    private mutating func guarded(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let clause = task["catch"] ?? [:]
        var (now, retries) = (time, 0)
        while true {
            do throws(Stop) {
                return try list(pointer + "/try", task["try"], input, now, names, &world)
            } catch {
                guard let trouble = error.trouble else { throw error }
                if let status = clause["errors"]?["with"]?["status"]?.int, status != trouble.status { throw error }
                if let retry = clause["retry"], retries < retry["limit"]?["attempt"]?["count"]?.int ?? 0 {
                    retries += 1
                    now = error.time + Self.microseconds(retry["delay"] ?? [:])
                    continue
                }
                guard clause["do"] != nil else { throw error }
                var inner = names
                inner["error"] = ["status": .integer(Int64(trouble.status))]
                return try list(pointer + "/catch/do", clause["do"], input, error.time, inner, &world)
            }
        }
    }

    private mutating func branches(
        _ pointer: String, _ fork: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let list: [JSON] = fork["branches"]?.array ?? []
        let tasks = list.compactMap(Self.named)
        var worlds: [World] = []
        let known = world.eaten.count
        var outcomes: [Swift.Result<Result, Stop>] = []
        for (position, (name, task)) in tasks.enumerated() {
            var own = World(contexts: [(time, world.context)], eaten: world.eaten)
            do throws(Stop) {
                let place = "\(pointer)/fork/branches/\(position)/\(name)"
                outcomes.append(.success(try self.task(place, task, input, time, names, &own)))
            } catch {
                outcomes.append(.failure(error))
            }
            worlds.append(own)
        }
        let ends = outcomes.compactMap { try? $0.get().time }
        let faults = outcomes.compactMap { outcome -> Stop? in
            if case .failure(let stop) = outcome, stop.trouble != nil { stop } else { nil }
        }
        if Set(ends + faults.map(\.time)).count < ends.count + faults.count { isAmbiguous = true }
        let competes = fork["compete"]?.bool == true
        let decided = competes ? ends.min() : faults.map(\.time).min() ?? (ends.count == tasks.count ? ends.max() : nil)
        let last = competes && faults.count == tasks.count ? faults.map(\.time).max() : nil
        for position in worlds.indices {
            if let cut = decided ?? last { worlds[position].cut(after: cut) }
            world.done += worlds[position].done
            world.eaten += worlds[position].eaten.dropFirst(known)
        }
        world.done.sort()
        guard let moment = decided else {
            guard let last, let stop = faults.first(where: { $0.time == last }) else {
                throw Stop(trouble: nil, time: .max)
            }
            throw stop
        }
        if !competes, let stop = faults.first(where: { $0.time == moment }) { throw stop }
        let before = world.context
        guard competes else {
            let context = try merged(before, worlds.map(\.context), pointer, moment)
            if context != before { world.contexts.append((moment, context)) }
            return Result(data: .array(outcomes.compactMap { try? $0.get().data }), time: moment)
        }
        for (own, outcome) in zip(worlds, outcomes) {
            guard let result = try? outcome.get(), result.time == moment else { continue }
            if own.context != before { world.contexts.append((moment, own.context)) }
            return Result(data: result.data, time: moment)
        }
        throw Stop(trouble: nil, time: .max)
    }

    /// Different keys come together; one key that two branches changed is an error.
    private func merged(
        _ before: JSON, _ contexts: [JSON], _ pointer: String, _ time: Int64
    ) throws(Stop) -> JSON {
        let changed = contexts.filter { $0 != before }
        if changed.count < 2 { return changed.first ?? before }
        var (result, keys) = (before.object ?? JSONObject(), Set<String>())
        for context in changed {
            for (key, value) in context.object ?? JSONObject() where before[key] != value {
                guard keys.insert(key).inserted else {
                    throw Stop(trouble: .standard(.runtime, pointer), time: time)
                }
                result[key] = value
            }
        }
        return .object(result)
    }
}
