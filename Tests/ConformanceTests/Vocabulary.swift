import Core
import Engine
import Workflow

/// All steps that scenarios may use.
enum Vocabulary {
    typealias Action = @Sendable (inout ScenarioRun, [String], String) async throws -> Void

    struct Entry: Sendable {
        var pattern: StepPattern
        var takesDocument: Bool
        var action: Action
    }

    static func entry(for step: Feature.Step) -> (Entry, [String])? {
        for entry in all {
            if entry.takesDocument == (step.document != nil), let values = entry.pattern.match(step.text) {
                return (entry, values)
            }
        }
        return nil
    }

    private static func step(_ wording: String, _ action: @escaping Action) -> Entry {
        Entry(pattern: StepPattern(wording), takesDocument: false, action: action)
    }

    private static func document(_ wording: String, _ action: @escaping Action) -> Entry {
        Entry(pattern: StepPattern(wording), takesDocument: true, action: action)
    }

    /// The vocabulary of the specification's kit.
    private static let standardWorkflow: [Entry] = [
        document("a workflow with definition:") { run, _, text in run.definitions = [text] },
        document("the workflow input is:") { run, _, text in run.input = try ScenarioRun.value(text) },
        step("the workflow is executed") { run, _, _ in try await run.execute() },
        step("the workflow should cancel") { run, _, _ in try run.expectStatus(.cancelled) },
        step("the workflow should complete") { run, _, _ in try run.expectStatus(.completed) },
        document("the workflow should complete with output:") { run, _, text in
            try run.expectStatus(.completed)
            try run.expect(run.output, equals: ScenarioRun.value(text), "the output")
        },
        step("the workflow should fault") { run, _, _ in try run.expectStatus(.faulted) },
        document("the workflow should fault with error:") { run, _, text in
            try run.expectStatus(.faulted)
            try run.expect(run.fault?.json, includes: ScenarioRun.value(text), "the error")
        },
        step("the workflow output should have properties {}") { run, values, _ in
            for path in values[0].split(separator: ",") {
                try run.expectProperty(path.filter { $0 != "'" && $0 != " " })
            }
        },
        document("the workflow output should have a '{}' property with value:") { run, values, text in
            try run.expect(run.property(values[0]), equals: ScenarioRun.value(text), values[0])
        },
        step("the workflow output should have a '{}' property containing {} items") { run, values, _ in
            let count = run.property(values[0])?.array?.count ?? run.property(values[0])?.object?.count
            try run.expect(count == Int(values[1]), "\(values[0]) has \(count.map(String.init) ?? "no") items")
        },
    ]

    private static let standardTasks: [Entry] = [
        step("{} should run first") { run, values, _ in
            try run.expect(run.tasksInOrder.first == values[0], "the order is \(run.tasksInOrder)")
        },
        step("{} should run last") { run, values, _ in
            try run.expect(run.tasksInOrder.last == values[0], "the order is \(run.tasksInOrder)")
        },
        step("{} should run before {}") { run, values, _ in try run.expectOrder(values[0], values[1]) },
        step("{} should run after {}") { run, values, _ in try run.expectOrder(values[1], values[0]) },
        step("{} should cancel") { run, values, _ in try run.expectTask(values[0], .taskCancelled) },
        step("{} should complete") { run, values, _ in try run.expectTask(values[0], .taskCompleted) },
        document("{} should complete with output:") { run, values, text in
            try run.expect(run.taskOutputs(values[0]).last, equals: ScenarioRun.value(text), values[0])
        },
        step("{} should fault") { run, values, _ in try run.expectTask(values[0], .taskFaulted) },
        document("{} should fault with error:") { run, values, text in
            let expected = try ScenarioRun.value(text)
            try run.expect(run.taskFaults(values[0]).last?.json, includes: expected, values[0])
        },
    ]

    /// What the kit has no words for: other definitions, functions, time, events, restarts.
    private static let ownSetUp: [Entry] = [
        step("the workflow in '{}'") { run, values, _ in run.definitions = [try FeatureLibrary.text(values[0])] },
        document("another workflow with definition:") { run, _, text in run.definitions.append(text) },
        document("the document at '{}' is:") { run, values, text in run.outside[values[0]] = text },
        document("the functions answer:") { run, _, text in run.stubs = text },
        // Through the services, servers that speak the protocols answer.
        document("the functions answer in one process:") { run, _, text in run.stubs = text },
        document("the secrets are:") { run, _, text in run.secrets = try ScenarioRun.value(text) },
        document("the event is published after '{}':") { run, values, text in
            run.plan.append((try ScenarioRun.duration(values[0]), .event(try ScenarioRun.value(text))))
        },
        step("the workflow is cancelled after '{}'") { run, values, _ in
            run.plan.append((try ScenarioRun.duration(values[0]), .command(.cancel(reason: "asked"))))
        },
        step("the workflow is suspended after '{}'") { run, values, _ in
            run.plan.append((try ScenarioRun.duration(values[0]), .command(.suspend(reason: "asked"))))
        },
        step("the workflow is resumed after '{}'") { run, values, _ in
            run.plan.append((try ScenarioRun.duration(values[0]), .command(.resume)))
        },
        step("the engine is restarted after '{}'") { run, values, _ in
            run.plan.append((try ScenarioRun.duration(values[0]), .restart))
        },
        step("the engine is restarted at every step") { run, _, _ in run.restarts = true },
        step("the workflow is executed for '{}'") { run, values, _ in
            run.limit = try ScenarioRun.duration(values[0])
            try await run.execute()
        },
        step("the workflow is registered") { run, _, _ in try run.register() },
        step("the schedule runs for '{}'") { run, values, _ in
            run.limit = try ScenarioRun.duration(values[0])
            try await run.execute(onSchedule: true)
        },
    ]

    private static let ownChecks: [Entry] = [
        step("the workflow should be waiting") { run, _, _ in try run.expectStatus(.waiting) },
        step("the workflow should be suspended") { run, _, _ in try run.expectStatus(.suspended) },
        step("the workflow should take '{}'") { run, values, _ in
            let taken = run.duration
            try run.expect(taken == ScenarioRun.duration(values[0]), "it took \(taken)")
        },
        document("the definition should be refused at '{}' with:") { run, values, text in
            try run.expectRefusal(at: values[0], text.split(separator: "\n").joined(separator: " "))
        },
        document("the definition should be doubted at '{}' with:") { run, values, text in
            try run.expectWarning(at: values[0], text.split(separator: "\n").joined(separator: " "))
        },
        step("the definition should be accepted") { run, _, _ in
            try run.expect(run.refusal == nil, "it is refused: \(run.refusal?.description ?? "")")
        },
        step("{} should run {} times") { run, values, _ in
            let times = run.runs(values[0])
            try run.expect(times == Int(values[1]), "\(values[0]) ran \(times) times")
        },
        step("{} should not run") { run, values, _ in
            try run.expect(run.runs(values[0]) == 0, "\(values[0]) ran \(run.runs(values[0])) times")
        },
        step("{} should be requested {} times") { run, values, _ in
            let times = run.requests(values[0]).count
            try run.expect(times == Int(values[1]), "\(values[0]) was requested \(times) times")
        },
        document("{} should be requested with:") { run, values, text in
            let expected = try ScenarioRun.value(text)
            try run.expect(run.requests(values[0]).last?.arguments, includes: expected, values[0])
        },
        step("{} events of type '{}' should be published") { run, values, _ in
            let count = run.published(values[1]).count
            try run.expect(count == Int(values[0]), "\(count) events of type \(values[1])")
        },
        document("an event of type '{}' should be published with:") { run, values, text in
            let expected = try ScenarioRun.value(text)
            try run.expect(run.published(values[0]).last, includes: expected, values[0])
        },
        step("{} executions of '{}' should {}") { run, values, _ in
            try run.expectExecutions(values[1], Int(values[0]) ?? -1, values[2])
        },
        document("the lifecycle events should be:") { run, _, text in
            try run.expect(.array(run.lifecycle.map(JSON.string)), equals: ScenarioRun.value(text), "the list")
        },
        document("the context should be:") { run, _, text in
            try run.expect(run.state?.context, equals: ScenarioRun.value(text), "the context")
        },
        document("the condition should hold:") { run, _, text in try run.expectCondition(text) },
    ]

    /// Own steps come before those of tasks, whose wording begins with a name that may be anything.
    private static let all = standardWorkflow + ownSetUp + ownChecks + standardTasks
}
