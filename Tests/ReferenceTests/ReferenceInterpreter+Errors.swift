import Core

extension ReferenceInterpreter {
    mutating func guarded(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let clause = task["catch"] ?? [:]
        let variable = clause["as"]?.string ?? "error"
        var (since, retries) = (time, 0)
        while true {
            do throws(Stop) {
                let limit = reusable("retries", clause["retry"])?["limit"]?["attempt"]?["duration"]
                return try limited(limit.map { ["after": $0] }, pointer, since, &world) {
                    (me: inout Self, world: inout World) throws(Stop) -> Result in
                    try me.inner(pointer + "/try", task["try"], input, since, names, &world)
                }
            } catch {
                guard let trouble = error.trouble else { throw error }
                var known = names
                known["input"] = input
                known["error"] = trouble.json
                known[variable] = trouble.json
                guard Self.fits(trouble, clause["errors"]?["with"]),
                    try allows(clause, trouble, pointer, error.time, known, world)
                else { throw error }
                if let retry = reusable("retries", clause["retry"]) {
                    if let wait = Self.wait(retry, retries + 1, spent: error.time - time),
                        try allows(retry, trouble, pointer, error.time, known, world)
                    {
                        (retries, since) = (retries + 1, error.time + wait)
                        continue
                    }
                    guard clause["do"] != nil else { throw error }
                }
                var inside = names
                inside[variable] = trouble.json
                var result = try inner(pointer + "/catch/do", clause["do"], input, error.time, inside, &world)
                if result.flow == nil, let then = clause["then"] { result.flow = Self.flow(of: then) }
                return result
            }
        }
    }

    /// `when` and `exceptWhen`.
    private func allows(
        _ clause: JSON, _ trouble: Trouble, _ pointer: String, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Bool {
        if let when = clause["when"] {
            guard Self.holds(try value(when, trouble.json, names, world, at: pointer, time, bare: true)) else {
                return false
            }
        }
        guard let except = clause["exceptWhen"] else { return true }
        return !Self.holds(try value(except, trouble.json, names, world, at: pointer, time, bare: true))
    }

    private static func fits(_ trouble: Trouble, _ filter: JSON?) -> Bool {
        if let status = filter?["status"]?.int, status != trouble.status { return false }
        guard let type = filter?["type"]?.string, type != trouble.type else { return true }
        // The standard types have several spellings.
        let names = [type, trouble.type].map { $0.split(separator: "/").last }
        return names[0] == names[1] && [type, trouble.type].allSatisfy { $0.contains("/errors/") }
    }

    /// How long to wait before retry `number`; nil when there is to be none.
    private static func wait(_ retry: JSON, _ number: Int, spent: Int64) -> Int64? {
        let limit = retry["limit"]
        if let count = limit?["attempt"]?["count"]?.int, number > count { return nil }
        var wait = microseconds(retry["delay"] ?? [:])
        if retry["backoff"]?["linear"] != nil { wait *= Int64(number) }
        if let exponential = retry["backoff"]?["exponential"] {
            for _ in 1..<max(number, 1) { wait *= Int64(exponential["factor"]?.int ?? 2) }
            if let longest = exponential["maxDelay"] { wait = min(wait, microseconds(longest)) }
        }
        if let longest = limit?["duration"], spent + wait > microseconds(longest) { return nil }
        return wait
    }
}
