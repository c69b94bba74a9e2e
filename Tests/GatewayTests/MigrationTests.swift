import Contracts
import Core
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("Migrations through the API", .timeLimit(.minutes(5)))
struct MigrationTests {
    @Test func `a plan shows counts, every execution's class and reason, and the mapping to ask again with`()
        async throws
    {
        try await withGateway { gateway in
            try await gateway.workflow(version: "1.0.0")
            try await gateway.workflow(version: "1.1.0")
            let path = "/v1/workflows/test/hello/migrations"
            let plan = try await gateway.post(path, ["from": "1.0.0"])
            #expect(plan.status == 200 && plan.json["status"] == "planned" && plan.json["to"] == "1.1.0")
            #expect(plan.json["plan"] == ["safe": 1, "needsMapping": 1, "impossible": 0])
            #expect(plan.json["suggestedMapping"] == ["/do/0/a": "/do/1/a"] && plan.json["apply"] == false)
            let id = try #require(plan.json["id"]?.string)
            let all = try await gateway.ask("GET", "/v1/migrations/\(id)/executions?limit=1")
            #expect(all.json["items"]?[0]?["id"] == "x1" && all.json["next"] == "x1")
            let rest = try await gateway.ask("GET", "/v1/migrations/\(id)/executions?class=needsMapping")
            #expect(rest.json["items"]?[0]?["findings"]?[0]?["reason"] == "the task is open and has moved")
            let other = try await gateway.ask("GET", "/v1/migrations/\(id)", key: "key-of-another")
            #expect(other.status == 404)
            let mapped = try await gateway.post(
                path, ["from": "1.0.0", "mapping": ["/do/0/a": "/do/1/a"], "apply": true])
            #expect(mapped.json["plan"]?["needsMapping"] == 0 && mapped.json["apply"] == true)
            let command = try #require(gateway.backstage.all(OrchestratorV1.MigrateExecutions.protoName).last)
            let body = try command.decode(OrchestratorV1.MigrateExecutions.self)
            #expect(
                body.mapping == ["/do/0/a": "/do/1/a"] && body.apply && body.batch == 100 && body.toVersion == "latest")
            let list = try await gateway.ask("GET", "/v1/migrations")
            #expect(list.json["items"]?.array?.count == 2)
            let viewer = try await gateway.post(path, ["from": "1.0.0"], key: "key-of-a-viewer")
            #expect(viewer.status == 403)
        }
    }

    @Test func `faults of the body are all named, and unknown versions are 404`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow(version: "1.0.0")
            let path = "/v1/workflows/test/hello/migrations"
            let faulty = try await gateway.post(
                path, ["from": "one", "to": "soon", "mapping": ["/do/0/a": 5], "apply": "yes", "batch": 0, "x": 1])
            #expect(faulty.status == 400 && faulty.json["errors"]?.array?.count == 6, "\(faulty.json)")
            let unknown = try await gateway.post(path, ["from": "1.0.0", "to": "2.0.0"])
            #expect(unknown.status == 404)
        }
    }
}
