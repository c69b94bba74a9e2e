import Core

extension Lanes {
    var json: JSON {
        var object: JSONObject = [
            "setup": setup.json, "next": .integer(Int64(next)), "done": .integer(Int64(done)),
            "open": .array(open.map { [.integer(Int64($0.run)), .integer(Int64($0.lane))] }),
            // Each in an array of its own: none is not null.
            "outputs": .array(outputs.map { output in .array(output.map { [$0] } ?? []) }),
        ]
        if !contexts.isEmpty {
            object["contexts"] = .array(contexts.map { ["lane": .integer(Int64($0.lane)), "context": $0.context] })
        }
        object["winner"] = winner.map { .integer(Int64($0)) }
        if ends { object["ends"] = true }
        object["failure"] = failure?.json
        return .object(object)
    }

    init?(json: JSON) {
        guard let setup = json["setup"].flatMap(LaneSetup.init(json:)), let next = json["next"]?.int,
            let done = json["done"]?.int, let open = json["open"]?.array, let outputs = json["outputs"]?.array,
            outputs.count == setup.count
        else { return nil }
        self.init(setup)
        self.next = next
        self.done = done
        self.open = open.compactMap { pair in
            guard let run = pair[0]?.int, let lane = pair[1]?.int else { return nil }
            return Opened(run: run, lane: lane)
        }
        self.outputs = outputs.map { $0[0] }
        contexts = (json["contexts"]?.array ?? []).compactMap { change in
            guard let lane = change["lane"]?.int, let context = change["context"] else { return nil }
            return Change(lane: lane, context: context)
        }
        winner = json["winner"]?.int
        ends = json["ends"]?.bool ?? false
        failure = json["failure"].flatMap(Frame.Failure.init(json:))
    }
}

extension Frame.Loop {
    var json: JSON {
        var object: JSONObject = [
            "items": .array(items), "index": .integer(Int64(index)), "each": .string(each), "at": .string(at),
        ]
        if !outputs.isEmpty { object["outputs"] = .array(outputs) }
        return .object(object)
    }

    init?(json: JSON) {
        guard let items = json["items"]?.array, let index = json["index"]?.int, let each = json["each"]?.string,
            let at = json["at"]?.string
        else { return nil }
        self.init(items: items, index: index, each: each, at: at, outputs: json["outputs"]?.array ?? [])
    }
}
