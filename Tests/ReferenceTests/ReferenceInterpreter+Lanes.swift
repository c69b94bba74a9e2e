import Core

extension ReferenceInterpreter {
    /// What became of one branch of a fork, or one item of a map.
    private struct Lane {
        var world: World
        var result: Result?
        var stop: Stop?

        var end: Int64? { result?.time ?? (stop?.trouble == nil ? nil : stop?.time) }
    }

    private enum Mode { case join, compete, collect }

    mutating func branches(
        _ pointer: String, _ fork: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let tasks: [JSON] = fork["branches"]?.array ?? []
        let mode = fork["compete"]?.bool == true ? Mode.compete : .join
        let all = lanes(tasks.count, tasks.count, mode, time, world) {
            (me: inout Self, lane: Int, start: Int64, world: inout World) throws(Stop) -> Result in
            guard let (name, task) = Self.named(tasks[lane]) else { throw .never }
            return try me.task("\(pointer)/fork/branches/\(lane)/\(name)", task, input, start, names, &world)
        }
        return try joined(all, mode, pointer, input, time, &world)
    }

    mutating func map(
        _ pointer: String, _ with: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let items = try items(with["in"], pointer, input, time, names, world)
        let limit = try resolved(with["concurrency"] ?? 10, input, names, world, pointer, time)
        let (each, at) = (with["each"]?.string ?? "item", with["at"]?.string ?? "index")
        let mode = with["onError"]?.string == "collect" ? Mode.collect : .join
        let all = lanes(items.count, limit.int ?? 10, mode, time, world) {
            (me: inout Self, lane: Int, start: Int64, world: inout World) throws(Stop) -> Result in
            var inside = names
            inside[each] = items[lane]
            inside[at] = .integer(Int64(lane))
            var result: Result
            if with["call"] == nil {
                result = try me.list("\(pointer)/with/do", with["do"], items[lane], start, inside, &world)
            } else {
                result = try me.task("\(pointer)/with", with, items[lane], start, inside, &world)
            }
            if result.flow != .end { result.flow = nil }
            world.done.append(Completion(time: result.time, task: pointer))
            return result
        }
        return try joined(all, mode, pointer, input, time, &world)
    }

    /// Runs `count` lanes, `limit` at once, the next one as soon as another has ended.
    private mutating func lanes(
        _ count: Int, _ limit: Int, _ mode: Mode, _ time: Int64, _ world: World,
        _ body: (inout Self, Int, Int64, inout World) throws(Stop) -> Result
    ) -> [Lane] {
        var lanes: [Lane] = []
        var free = Array(repeating: time, count: max(limit, 1))
        var decided = Int64.max
        for number in 0..<count {
            let slot = free.indices.min { free[$0] < free[$1] } ?? 0
            let start = free[slot]
            var lane = Lane(world: World(contexts: [(time, world.context)], eaten: world.eaten))
            if start == .max || (start >= decided && start > time) {
                lane.stop = .never
                lanes.append(lane)
                continue
            }
            do throws(Stop) {
                lane.result = try body(&self, number, start, &lane.world)
            } catch {
                lane.stop = error
            }
            free[slot] = lane.end ?? .max
            if lane.result?.flow == .end || (mode == .join && lane.stop?.trouble != nil) {
                decided = min(decided, lane.end ?? .max)
            }
            lanes.append(lane)
        }
        return lanes
    }

    /// Draws the result of all lanes.
    private mutating func joined(
        _ all: [Lane], _ mode: Mode, _ pointer: String, _ input: JSON, _ time: Int64, _ world: inout World
    ) throws(Stop) -> Result {
        var all = all
        func decides(_ lane: Lane) -> Bool {
            if lane.result?.flow == .end { return true }
            return mode == .compete
                ? lane.result.map { !$0.isSkipped } ?? false : mode == .join && lane.stop?.trouble != nil
        }
        let winner = all.indices.filter { decides(all[$0]) }.min { all[$0].end ?? 0 < all[$1].end ?? 0 }
        let known = world.eaten.count
        for at in all.indices {
            if let winner, let moment = all[winner].end {
                if at != winner, moment == all[at].end || all[at].world.isBusy(at: moment) { isAmbiguous = true }
                all[at].world.cut(after: moment)
            }
            world.done += all[at].world.done
            world.eaten += all[at].world.eaten.dropFirst(known)
            world.children += all[at].world.children
        }
        world.done.sort()
        if let winner { return try won(all[winner], pointer, &world) }
        guard all.allSatisfy({ $0.end != nil }) else { throw .never }
        let moment = all.compactMap(\.end).max() ?? time
        if mode == .compete {
            let failed = all.filter { $0.stop != nil }
            guard let last = failed.compactMap(\.end).max() else { return Result(data: input, time: moment) }
            if failed.filter({ $0.end == last }).count > 1 { isAmbiguous = true }
            throw failed.first { $0.end == last }?.stop ?? .never
        }
        let before = world.context
        let context = try merged(before, all.filter { $0.result != nil }.map(\.world.context), pointer, moment)
        if context != before { world.contexts.append((moment, context)) }
        let outputs = all.map { lane -> JSON in
            guard mode == .collect else { return lane.result?.data ?? .null }
            return lane.result.map { ["output": $0.data] } ?? ["error": lane.stop?.trouble?.json ?? .null]
        }
        return Result(data: .array(outputs), time: moment)
    }

    /// One lane has decided the matter.
    private func won(_ lane: Lane, _ pointer: String, _ world: inout World) throws(Stop) -> Result {
        guard var result = lane.result else { throw lane.stop ?? .never }
        if lane.world.context != world.context { world.contexts.append((result.time, lane.world.context)) }
        let ends = result.flow == .end
        (result.flow, result.isLast, result.isSkipped) = (ends ? .end : nil, ends, false)
        return result
    }

    /// Different keys come together; one key that two lanes changed is an error.
    private func merged(
        _ before: JSON, _ contexts: [JSON], _ pointer: String, _ time: Int64
    ) throws(Stop) -> JSON {
        let changed = contexts.filter { $0 != before }
        if changed.count < 2 { return changed.first ?? before }
        let conflict = Stop(trouble: .standard(.runtime, pointer), time: time)
        guard before == .null || before.object != nil else { throw conflict }
        var (result, keys) = (before.object ?? JSONObject(), Set<String>())
        for context in changed {
            guard let object = context.object else { throw conflict }
            for key in Set(object.keys).union(before.object?.keys ?? []) where before[key] != object[key] {
                guard keys.insert(key).inserted else { throw conflict }
                result[key] = object[key]
            }
        }
        return .object(result)
    }
}
