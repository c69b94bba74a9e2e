public import Core
public import Workflow

/// What follows from `command` in `state` (nil before the start). Pure: the same arguments give the same decision.
///
/// Pure tasks run on to the next point that has to wait. A result or timer that is not awaited (late, repeated, of an
/// earlier attempt) is accepted without events, and so is a repeated start, cancel, suspend or resume. Rejected are
/// commands about an execution that does not exist (EN0001), that ask a finished one for something new (EN0002), and a
/// start with another definition than the one it names (EN0003). `target` is the definition that a migration leads to;
/// one that is not safe is rejected (EN0004, see `migrationVerdict`).
public func decide(
    _ state: ExecutionState?, _ command: ExecutionCommand, _ definition: CompiledDefinition,
    migratingTo target: CompiledDefinition? = nil, now: Instant
) -> Decision {
    if case .start(let id, let reference, let input, let tenant, let parent) = command {
        guard state == nil else { return .accepted([]) }
        guard reference == definition.reference else {
            return .rejected(Rejection(.conflict, EngineCode.wrongDefinition, "the start names another definition"))
        }
        return .accepted(Machine.start(id, input, tenant, parent, definition, now))
    }
    guard let state else {
        return .rejected(Rejection(.notFound, EngineCode.unknownExecution, "there is no such execution"))
    }
    precondition(state.definition == definition.reference, "the definition is not the execution's")
    if state.status.isFinal { return afterTheEnd(state, command) }
    if case .migrate(let reference, let mapping) = command {
        return migrate(state, to: reference, mapping, definition, target, now)
    }
    var machine = Machine(state, definition, now)
    machine.take(command)
    machine.run()
    return .accepted(machine.events)
}

private func migrate(
    _ state: ExecutionState, to reference: DefinitionReference, _ mapping: [String: String],
    _ definition: CompiledDefinition, _ target: CompiledDefinition?, _ now: Instant
) -> Decision {
    if state.definition == reference { return .accepted([]) }
    guard let target, target.reference == reference else {
        return .rejected(Rejection(.conflict, EngineCode.wrongDefinition, "the migration names another definition"))
    }
    let verdict = migrationVerdict(state, from: definition, to: target, mapping: mapping)
    if let finding = verdict.findings.first {
        let place = finding.task.isEmpty ? "" : "\(finding.task): "
        return .rejected(Rejection(.conflict, EngineCode.notMigratable, place + finding.reason))
    }
    var machine = Machine(state, target, now)
    machine.record(
        .executionMigrated(definition: reference, tasks: verdict.tasks, positions: verdict.positions))
    machine.resubscribe(from: definition, verdict.tasks)
    return .accepted(machine.events)
}

private func afterTheEnd(_ state: ExecutionState, _ command: ExecutionCommand) -> Decision {
    switch command {
    case .suspend, .resume, .migrate:
        return .rejected(Rejection(.conflict, EngineCode.alreadyEnded, "the execution is \(state.status.rawValue)"))
    case .cancel where state.status != .cancelled:
        return .rejected(Rejection(.conflict, EngineCode.alreadyEnded, "the execution is \(state.status.rawValue)"))
    default: return .accepted([])
    }
}

/// The engine's operator-facing codes.
enum EngineCode {
    /// A command names an execution that does not exist.
    static let unknownExecution: ErrorCode = "EN0001"
    /// A command asks a finished execution for something new.
    static let alreadyEnded: ErrorCode = "EN0002"
    /// A start names another definition than the one it was given.
    static let wrongDefinition: ErrorCode = "EN0003"
    /// An execution cannot go over to another version as it stands.
    static let notMigratable: ErrorCode = "EN0004"
}
