import Core

/// W3: timers of a second, as many at once as the API takes.
enum Timers: Workload {
    static let name = "W3"

    static func measure(on stage: Stage) async throws -> Report.Section {
        let run = try await ExecutionRun(.timer("timer-\(stage.tag)"), on: stage)
        let together = try await run.together(stage.sizes.timers)
        let (set, fired, ended) = (await stage.watch.timersSet, await stage.watch.timersFired, await stage.watch.ended)
        var (seen, undisturbed, decided, early) = (Samples(), Samples(), Samples(), 0)
        let lastSet = set.values.max()
        for (id, moment) in set {
            let due = moment + .seconds(1)
            if let end = ended[id] {
                seen.add(end.time - due)
                if let lastSet, due > lastSet { undisturbed.add(end.time - due) }
            }
            guard let moment = fired[id] else { continue }
            decided.add(moment - due)
            if moment < due { early += 1 }
        }
        let floor = stage.limits.floor(commits: 1, trips: 1)
        func figure(_ key: String, _ part: Double, _ aim: Aim) -> Figure {
            Figure(
                key, "Due to its end read from the broker, p\(Int(part * 100))", seen.milliseconds(part), "ms",
                limit: floor, "a commit and a broker trip", aim: aim)
        }
        return Report.Section(
            key: name, title: "W3   \(together.started) timers of 1 s",
            figures: [
                figure("p50", 0.5, .atMost(15)), figure("p99", 0.99, .atMost(80)),
                Figure("undisturbedP50", "  due after the last was set, p50", undisturbed.milliseconds(0.5), "ms"),
                Figure("undisturbedP99", "  due after the last was set, p99", undisturbed.milliseconds(0.99), "ms"),
                Figure("firedP50", "  due to fired, p50", decided.milliseconds(0.5), "ms"),
                Figure("firedP99", "  due to fired, p99", decided.milliseconds(0.99), "ms"),
                Figure("setRate", "  timers set", Double(together.started) / together.submitting.asSeconds, "/s"),
            ], faults: together.faults + (early == 0 ? [] : ["\(early) timers fired early"]))
    }
}
