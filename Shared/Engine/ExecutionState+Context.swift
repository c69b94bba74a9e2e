import Core

extension ExecutionState {
    /// `$context` as run `number` and the runs below it see it. Each branch has its own until the join.
    func context(at number: Int) -> JSON {
        var next = number
        while next != 0, let frame = frames[next] {
            if let context = frame.context { return context }
            next = frame.run.parent
        }
        return context
    }

    /// The branch that `number` is in or is: a run directly below lanes; 0 when there is none.
    private func branch(of number: Int) -> Int {
        var next = number
        while next != 0, let frame = frames[next] {
            if frames[frame.run.parent]?.lanes != nil { return next }
            next = frame.run.parent
        }
        return 0
    }

    /// Takes in how a task that runs below `parent` changed the context.
    mutating func change(_ change: ContextChange, below parent: Int) {
        let branch = branch(of: parent)
        let new = change.applied(to: context(at: branch))
        if branch == 0 { context = new } else { frames.update(branch) { $0.context = new } }
    }

    /// In which iterations, outermost first, the runs below `number` are.
    func path(below number: Int) -> [Int] {
        var path: [Int] = []
        var next = number
        while let frame = frames[next] {
            if let loop = frame.loop { path.append(loop.index) }
            if let iteration = frame.listening?.iteration { path.append(iteration) }
            if frame.form == .lane, let lane = frame.run.iteration { path.append(lane) }
            if next == 0 { break }
            next = frame.run.parent
        }
        return path.reversed()
    }
}
