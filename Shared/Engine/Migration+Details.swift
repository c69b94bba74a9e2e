import Core
import JSONSchema
import Workflow

extension MigrationCheck {
    /// Compares an open task with itself in the new version.
    mutating func compare(_ frame: Frame, at place: String) {
        let pointer = frame.run.task
        guard let before = old.task(at: pointer), let after = new.task(at: place) else { return }
        if let problem = after.input.schema?.firstProblem(frame.raw) {
            find(pointer, "the task's input is not what the version asks for, at \(problem)")
        }
        let (was, now) = (before.definition, after.definition)
        func differ(_ path: [String]) -> Bool { Self.member(path, was) != Self.member(path, now) }
        if let function = was["call"]?.string, let other = now["call"]?.string,
            Self.function(function) != Self.function(other)
        {
            find(pointer, "a call of \(function) is under way, the version calls \(other) there")
        }
        if differ(["listen"]) { find(pointer, "the events that it waits for are others in the version") }
        for kind in ["workflow", "script", "shell", "container"]
        where (was["run"]?[kind] == nil) != (now["run"]?[kind] == nil) {
            find(pointer, "what it runs is of another kind in the version")
        }
        if differ(["run", "workflow", "namespace"]) || differ(["run", "workflow", "name"]) {
            find(pointer, "the child that it waits for is of another workflow in the version")
        }
        if Self.names(was["fork"]?["branches"]) != Self.names(now["fork"]?["branches"])
            || differ(["fork", "compete"])
        {
            find(pointer, "its branches are under way, and others in the version")
        }
        if differ(["for", "each"]) || differ(["for", "at"]) {
            find(pointer, "the loop's variables have other names in the version")
        }
        if frame.form == .call, frame.loop != nil, differ(["with", "subscription", "foreach"]) {
            find(pointer, "its messages are being handled, and otherwise in the version; let it go on first")
        }
        if frame.isHandling, differ(["catch", "as"]) {
            find(pointer, "the error that is being handled has another name in the version")
        }
        if frame.form == .extended, old.document["use"]?["extensions"] != new.document["use"]?["extensions"] {
            find(pointer, "extensions around it are under way, and others in the version")
        }
        if case .next? = frame.stages?.flow, let list = TaskPlace(pointer)?.list, let other = TaskPlace(place)?.list,
            TaskPlace.all(of: list, in: old.document).map(\.name)
                != TaskPlace.all(of: other, in: new.document).map(\.name)
        {
            find(pointer, "what follows the extensions around it is decided; let it go on first")
        }
    }

    /// A call that failed and is to be taken up again keeps its number, wherever it is now, if it is the same call.
    mutating func followFailed(_ frame: Frame, at place: String) {
        guard let failed = frame.guarding?.failed, failed.attempt != nil, verdict.tasks[failed.run.task] == nil,
            let target = self.place(of: failed.run.task, below: frame.run.task, at: place)
        else { return }
        let pointer = failed.run.task
        let (was, now) = (old.task(at: pointer)?.definition, new.task(at: target)?.definition)
        if let was = was.flatMap(Self.callee), was == now.flatMap(Self.callee) {
            if target != pointer { verdict.tasks[pointer] = target }
        } else if !open.contains(pointer) {
            // Of a task that is open, `compare` says whether it may be another one.
            verdict.tasks[pointer] = ""
        }
    }

    /// Where a task that is not open is in the new version: as mapped, or in the same list under the same name.
    private func place(of pointer: String, below around: String, at place: String) -> String? {
        if pointer == around { return place }
        guard let origin = TaskPlace(pointer) else { return nil }
        var holder = origin.list
        while !holder.isEmpty, old.task(at: holder) == nil, let slash = holder.lastIndex(of: "/") {
            holder = String(holder[..<slash])
        }
        guard let moved = holder.isEmpty ? "" : self.place(of: holder, below: around, at: place) else { return nil }
        let list = moved + origin.list.dropFirst(holder.utf8.count)
        if let asked = mapping[pointer], TaskPlace(asked)?.list == list { return asked }
        let kind = kind(pointer, old)
        let places = TaskPlace.all(of: list, in: new.document).filter { $0.name == origin.name }
        return places.first { self.kind($0.pointer, new) == kind }?.pointer
    }

    /// Finds the place at which a list goes on that is between two tasks, as in a pause.
    mutating func goOn(_ frame: Frame, at position: Int, _ place: String) {
        let pointer = frame.run.task
        let part: String? =
            switch frame.form {
            case .workflow, .do, .for: "/do"
            case .try: frame.isHandling ? "/catch/do" : "/try"
            default: nil
            }
        guard let part else {
            if old.task(at: pointer)?.definition != new.task(at: place)?.definition {
                find(pointer, "it is between two steps and differs in the version; let it go on first")
            }
            return
        }
        let names = TaskPlace.all(of: pointer + part, in: old.document)
        let others = TaskPlace.all(of: place + part, in: new.document)
        guard position < names.count else { return verdict.positions[frame.run.number] = others.count }
        let next = names[position]
        let target = mapping[next.pointer]
        if let at = others.firstIndex(where: { target == nil ? $0.name == next.name : $0.pointer == target }) {
            return verdict.positions[frame.run.number] = at
        }
        let definition = old.task(at: next.pointer)?.definition
        let equal = others.filter { new.task(at: $0.pointer)?.definition == definition }
        find(
            next.pointer, "the task is to run next and the version has none of its name",
            suggestion: equal.count == 1 ? equal[0].pointer : nil)
    }

    private static func member(_ path: [String], _ json: JSON) -> JSON? {
        var value: JSON? = json
        for name in path { value = value?[name] }
        return value
    }

    /// What a task asks somebody outside for: a function, or a kind of process.
    private static func callee(_ definition: JSON) -> Substring? {
        if let call = definition["call"]?.string { return function(call) }
        return ["container", "script", "shell"].first { definition["run"]?[$0] != nil }.map { $0[...] }
    }

    /// Without the catalogue's name, which is the default one's or none.
    private static func function(_ name: String) -> Substring { name.prefix { $0 != "@" } }

    private static func names(_ list: JSON?) -> [String] {
        list?.array?.compactMap { $0.object?.keys.first } ?? []
    }
}
