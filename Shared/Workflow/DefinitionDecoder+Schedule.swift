import Core
import Cron

extension DefinitionDecoder {
    /// One of `every`, `cron`, `after` and `on`. `timeZone` beside `cron` is an extension of this runtime.
    mutating func schedule(_ node: Node) -> ScheduleClause? {
        requireKeys(node, ["every", "cron", "timeZone", "after", "on", "read"])
        let kinds = ["every", "cron", "after", "on"].filter { node[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1, let member = node[kind] else {
            if node.value.object != nil { fail(node, expected: "one of every, cron, after, on") }
            return nil
        }
        if let read = node["read"], kind != "on" { fail(read, expected: "no read without on") }
        if let zone = node["timeZone"], kind != "cron" { fail(zone, expected: "no timeZone without cron") }
        switch kind {
        case "every": return interval(member).map(ScheduleClause.every)
        case "after": return interval(member).map(ScheduleClause.after)
        case "cron": return cron(member, node["timeZone"])
        default:
            // There is no execution yet whose data expressions could use.
            hasExecution = false
            defer { hasExecution = true }
            let reading = node["read"].map { self.reading($0) } ?? .data
            return strategy(member).map { ScheduleClause.on($0, reading) }
        }
    }

    private mutating func interval(_ node: Node) -> Duration? {
        guard let duration = fixedDuration(node) else { return nil }
        guard duration >= .seconds(1) else {
            fail(node, expected: "at least one second")
            return nil
        }
        return duration
    }

    private mutating func cron(_ node: Node, _ zone: Node?) -> ScheduleClause? {
        var found = CronZone.utc
        if let zone {
            guard let name = text(zone, "a time zone such as Europe/Berlin") else { return nil }
            guard let known = CronZone(name) else {
                fail(zone, expected: "a time zone such as Europe/Berlin")
                return nil
            }
            found = known
        }
        guard let text = text(node, "a cron expression such as 0 2 * * 1-5") else { return nil }
        do {
            return .cron(try CronExpression(text), found)
        } catch {
            fail(node.pointer, found: error.found, expected: error.expected)
            return nil
        }
    }
}
