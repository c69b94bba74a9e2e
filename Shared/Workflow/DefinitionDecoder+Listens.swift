import Core

extension DefinitionDecoder {
    /// The definition's `listen` tasks in the order of the document.
    func listens() -> [ListenSubscription] {
        let repeated = repeatedPlaces()
        return tasksInOrder().compactMap { task in
            guard case .listen = task.action else { return nil }
            return ListenSubscription(
                task: task.pointer, isOnce: !repeated.contains { task.pointer.isInside($0) })
        }
    }

    private func tasksInOrder() -> [WorkflowTask] { index.values.sorted { $0.pointer < $1.pointer } }

    /// The places whose tasks may run more than once in an execution.
    private func repeatedPlaces() -> [String] {
        // Functions are called from wherever, as often as that may be.
        var places = ["/use"]
        for task in tasksInOrder() {
            let definition = task.definition
            switch task.action {
            case .map, .consume: places.append(task.pointer)
            default: break
            }
            if definition["for"] != nil || definition["foreach"] != nil || definition["catch"]?["retry"] != nil {
                places.append(task.pointer)
            }
            // A jump back repeats all from there on to here.
            guard let target = task.backwardTarget else { continue }
            var list = task.pointer[...]
            for _ in 0..<2 { list = list[..<(list.lastIndex(of: "/") ?? list.startIndex)] }
            places += (target...task.position).map { "\(list)/\($0)" }
        }
        return places
    }
}

extension WorkflowTask {
    /// The earliest task of its list, itself or one before it, at which the list may go on after it.
    fileprivate var backwardTarget: Int? {
        var directives = [then]
        if case .switch(let cases) = action { directives += cases.map(\.then) }
        if case .try(_, let clause) = action, let then = clause.then { directives.append(then) }
        let targets = directives.compactMap { directive in
            if case .task(let target) = directive, target <= position { target } else { nil }
        }
        return targets.min()
    }
}

extension String {
    fileprivate func isInside(_ place: String) -> Bool { self == place || hasPrefix(place + "/") }
}
