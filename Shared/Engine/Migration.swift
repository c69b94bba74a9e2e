import Core
import JSONSchema
public import Workflow

/// How `state`, which runs `old`, would take to `new`; `mapping` tells what became of tasks: old pointer to new one.
///
/// Every open task must be in the new version, in the same list of the same (mapped) task around it, of the same kind,
/// and must wait for the same: a call for the same function, a `listen` for the same events, a child of the same
/// workflow. A task that merely moved or got another name needs a mapping. What the execution holds must be what the
/// new version asks for: its input, the input of open tasks, the names of variables.
///
/// What is under way stays as it is: timers that are set, arguments that were sent. The rest follows the new version.
public func migrationVerdict(
    _ state: ExecutionState, from old: CompiledDefinition, to new: CompiledDefinition, mapping: [String: String] = [:]
) -> MigrationVerdict {
    precondition(state.definition == old.reference, "the definition is not the execution's")
    var check = MigrationCheck(old: old, new: new, mapping: mapping)
    check.run(state)
    return check.verdict
}

/// The examination of one execution.
struct MigrationCheck {
    let old: CompiledDefinition
    let new: CompiledDefinition
    let mapping: [String: String]
    var verdict = MigrationVerdict()
    /// Where the task of each run is in the new version, or seems to be; nil for those that are lost.
    private var places: [Int: String] = [0: ""]
    /// The tasks that are open.
    private(set) var open: Set<String> = []

    init(old: CompiledDefinition, new: CompiledDefinition, mapping: [String: String]) {
        (self.old, self.new, self.mapping) = (old, new, mapping)
    }

    mutating func run(_ state: ExecutionState) {
        guard !state.status.isFinal else { return find("", "the execution has ended") }
        guard old.reference.namespace == new.reference.namespace, old.reference.name == new.reference.name else {
            return find("", "\(new.reference) is another workflow")
        }
        if let problem = new.input.schema?.firstProblem(state.input) {
            find("", "the execution's input is not what the version asks for, at \(problem)")
        }
        open = Set(state.openFrames.map(\.run.task))
        for frame in state.openFrames where frame.run.number != 0 { place(frame, state) }
        for frame in state.openFrames where places[frame.run.number] != nil { examine(frame) }
        for mailbox in state.mailboxes { follow(mailbox.subscription.task) }
    }

    /// A `listen` that waits or will wait keeps the events that came for it, where the version still has it.
    private mutating func follow(_ pointer: String) {
        guard verdict.tasks[pointer] == nil, let listen = old.task(at: pointer)?.definition["listen"] else { return }
        func isSame(_ other: String) -> Bool { new.task(at: other)?.definition["listen"] == listen }
        if let target = mapping[pointer], isSame(target) { return verdict.tasks[pointer] = target }
        if isSame(pointer) { return }
        let name = TaskPlace(pointer)?.name
        let alike = new.listens.map(\.task).filter { isSame($0) && TaskPlace($0)?.name == name }
        if alike.count == 1 { verdict.tasks[pointer] = alike[0] }
    }

    mutating func find(_ task: String, _ reason: String, suggestion: String? = nil) {
        verdict.findings.append(MigrationVerdict.Finding(task: task, reason: reason, suggestion: suggestion))
    }

    /// Finds the frame's task in the new version.
    private mutating func place(_ frame: Frame, _ state: ExecutionState) {
        let pointer = frame.run.task
        guard let around = places[frame.run.parent], let parent = state.frame(frame.run.parent) else { return }
        if parent.run.number != 0, parent.run.task == pointer {
            // The same task once more: an item of it, or what extensions run around it.
            return places[frame.run.number] = around
        }
        guard let origin = TaskPlace(pointer) else { return find(pointer, "the task has no place in a list") }
        let list = origin.list(below: parent.run.task, movedTo: around)
        let asked = mapping[pointer]
        let target = asked ?? pointer
        if let place = TaskPlace(target), place.list == list, kind(target, new) == kind(pointer, old) {
            places[frame.run.number] = target
            if target != pointer { verdict.tasks[pointer] = target }
            return
        }
        miss(frame, pointer, asked, in: list)
    }

    private mutating func miss(_ frame: Frame, _ pointer: String, _ asked: String?, in list: String) {
        guard let suggestion = suggestion(for: pointer, in: list) else {
            let kind = kind(pointer, old) ?? "task"
            if let asked { return find(pointer, "the mapping leads to \(asked), which cannot take its place") }
            if let other = self.kind(pointer, new) {
                return find(pointer, "the task is open and a \(kind); the version has a \(other) there")
            }
            return find(pointer, "the task is open and the version has no \(kind) that could be it")
        }
        places[frame.run.number] = suggestion
        let reason =
            asked.map { "the mapping leads to \($0), which cannot take its place" }
            ?? (TaskPlace(suggestion)?.name == TaskPlace(pointer)?.name
                ? "the task is open and has moved" : "the task is open and seems to have another name")
        find(pointer, reason, suggestion: suggestion)
    }

    /// The task of `list` in the new version that is most likely the one at `pointer`: of the same name, else the same
    /// in all but the name.
    private func suggestion(for pointer: String, in list: String) -> String? {
        guard let origin = TaskPlace(pointer), let kind = kind(pointer, old) else { return nil }
        let places = TaskPlace.all(of: list, in: new.document)
        let alike = places.filter { self.kind($0.pointer, new) == kind }
        if let same = alike.first(where: { $0.name == origin.name }) { return same.pointer }
        let definition = old.task(at: pointer)?.definition
        let equal = alike.filter { new.task(at: $0.pointer)?.definition == definition }
        return equal.count == 1 ? equal[0].pointer : nil
    }

    /// The keyword that makes the task what it is; nil when there is no such task.
    func kind(_ pointer: String, _ definition: CompiledDefinition) -> String? {
        guard let task = definition.task(at: pointer)?.definition else { return nil }
        let kinds = ["call", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait", "do"]
        return kinds.first { task[$0] != nil }
    }

    /// Whether what the frame holds and waits for is what its task in the new version needs.
    private mutating func examine(_ frame: Frame) {
        let place = places[frame.run.number] ?? ""
        guard frame.run.number == 0 || new.task(at: place) != nil else { return }
        if frame.run.number != 0 { compare(frame, at: place) }
        followFailed(frame, at: place)
        if case .advance(.next(let position)) = frame.step { goOn(frame, at: position, place) }
    }
}
