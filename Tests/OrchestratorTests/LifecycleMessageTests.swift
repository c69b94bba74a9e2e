import Contracts
import Core
import Messaging
import ObjectStore
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct LifecycleMessageTests {
    @Test func `executions and tasks are told as structured CloudEvents, large outputs by where they lie`() async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            world.answer { seen in
                guard seen.type == TasksV1.RunTask.protoName else { return [] }
                let large = JSON.string(String(repeating: "long ", count: 20_000))
                return [.completed(try seen.decode(TasksV1.RunTask.self), ["text": large])]
            }
            let shortened = Definitions.oneAgent + "\n  - short: { set: { n: 1 } }\n"
            try await installation.withOrchestrator { _ in
                try await world.register(shortened)
                try await world.send(.start("e1", "test/one-agent"))
                try await eventually("the last") {
                    world.messages.contains { $0.type == "io.serverlessworkflow.workflow.completed.v1" }
                }
            }
            let told = world.messages.filter { $0.topic == .lifecycleEvents }
            #expect(told.allSatisfy { $0.key == "e1" && $0.tenant == "acme" })
            let events = try told.map { try JSON(parsing: $0.body) }
            #expect(events.map { $0["type"]?.string } == told.map(\.type))
            #expect(Set(events.map { $0["id"]?.string }).count == events.count)
            #expect(events.allSatisfy { $0["specversion"] == "1.0" && $0["executionid"] == "e1" })
            let completed = events.filter { $0["type"] == "io.serverlessworkflow.task.completed.v1" }
            #expect(completed.map { $0["data"]?["task"] } == ["/do/0/ask", "/do/1/short"])
            #expect(completed[0]["attempt"] == 1 && completed[0]["taskid"] == "e1:1")
            let uri = try #require(completed[0]["data"]?["outputUri"]?.string)
            #expect(completed[0]["data"]?["output"] == nil && uri.hasPrefix("/v1/outputs/"))
            let stored = try await installation.objects.get(String(uri.dropFirst("/v1/outputs/".count)))
            let output = try #require(ServedOutput(bytes: stored))
            #expect(output.tenant == "acme" && output.value["text"]?.string?.utf8.count == 100_000)
            #expect(completed[1]["data"]?["output"] == ["n": 1])
            #expect(events.last?["data"]?["output"] == ["n": 1])
        }
    }
}
