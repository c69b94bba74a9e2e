/// What the called server saw around a crash.
struct CrashAccount: Sendable, Equatable {
    /// Calls of the same task beyond the first, for tasks that had finished before the crash: never right.
    var finishedAgain = 0
    /// The same for tasks that were under way: a call that only reads may be made again.
    var othersAgain = 0
    /// Calls a second before the crash.
    var rateBefore = 0.0
    /// From the restart until the calls came as fast as before; nil when they never did.
    var backAfter: Duration?

    /// How long calls are counted to know their rate.
    static let window = Duration.milliseconds(250)
    /// The share of the former rate that counts as full.
    static let full = 0.9

    /// `calls` in their order; `finished` are the paths of tasks that had finished when the processes were ended.
    init(
        _ calls: [StepServer.Call], finished: Set<String>, killed: ContinuousClock.Instant,
        restarted: ContinuousClock.Instant
    ) {
        for (path, all) in Dictionary(grouping: calls, by: \.path) where all.count > 1 {
            if finished.contains(path) { finishedAgain += all.count - 1 } else { othersAgain += all.count - 1 }
        }
        let before = calls.prefix { $0.at < killed }.suffix(while: { killed - $0.at < .seconds(1) })
        if let first = before.first { rateBefore = Double(before.count) / max((killed - first.at).asSeconds, 1e-3) }
        let times = calls.map(\.at).filter { $0 >= restarted }
        let wanted = Int((rateBefore * Self.full * Self.window.asSeconds).rounded(.up))
        guard wanted > 0, times.count >= wanted else { return }
        let end = (wanted - 1..<times.count).first { times[$0] - times[$0 - wanted + 1] <= Self.window }
        backAfter = end.map { times[$0] - restarted }
    }
}

extension Collection {
    /// The longest end of which all elements satisfy `isIn`.
    fileprivate func suffix(while isIn: (Element) -> Bool) -> SubSequence where Self: BidirectionalCollection {
        var start = endIndex
        while start > startIndex, isIn(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
