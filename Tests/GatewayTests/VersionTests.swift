import Core
import HTTP
import Postgres
import TestKit
import Testing

@testable import Gateway

@Suite("Versions through the API", .timeLimit(.minutes(5)))
struct VersionTests {
    @Test func `a registered version never changes, a rejected one may be corrected`() async throws {
        try await withGateway { gateway in
            func register(_ title: String) async throws -> (status: Int, json: JSON, headers: HTTPHeaders) {
                let document = Installation.document("corrected", "1.0.0", title: title)
                return try await gateway.ask(
                    "POST", "/v1/workflows", body: Array(document.utf8), type: "application/yaml")
            }
            let refused = try await register("refuse me")
            #expect(refused.status == 422 && refused.json["code"] == "OR0002")
            let shown = try await gateway.ask("GET", "/v1/workflows/test/corrected")
            #expect(shown.json["status"] == "rejected" && shown.json["latest"] == .null)
            // The very same again is asked again, not answered from memory.
            #expect(try await register("refuse me").status == 422)
            let corrected = try await register("better")
            #expect(corrected.status == 201 && corrected.json["status"] == "registered")
            #expect(corrected.json["rejection"] == nil)
            #expect(try await register("better").status == 200)
            let changed = try await register("other")
            #expect(changed.status == 409 && changed.json["code"] == "GW0012")
            let started = try await gateway.post("/v1/workflows/test/corrected/execute", [:])
            #expect(started.status == 202)
        }
    }

    @Test func `what the linter doubts is told with the answer`() async throws {
        try await withGateway { gateway in
            let schedule = "schedule: { on: { one: { with: { type: ordered.v1 } } } }\n"
            let document = Installation.document("doubtful") + "\n" + schedule
            for status in [201, 200] {
                let answer = try await gateway.ask(
                    "POST", "/v1/workflows", body: Array(document.utf8), type: "application/yaml")
                #expect(answer.status == status)
                #expect(answer.json["warnings"]?.array?.map { $0["pointer"] } == ["/schedule"])
                #expect(answer.json["warnings"]?[0]?["expected"] == "data, envelope or raw")
            }
            let sure = try await gateway.ask(
                "POST", "/v1/workflows", body: Array(Installation.document("sure").utf8), type: "application/yaml")
            #expect(sure.status == 201 && sure.json["warnings"] == nil)
        }
    }

    @Test func `a rejected policy may be corrected under its version too`() async throws {
        try await withGateway { gateway in
            func register(_ description: String) async throws -> Int {
                let document =
                    "name: claims/fix\nversion: 1.0.0\ndefault: allow\nrules: []\ndescription: \(description)\n"
                return try await gateway.ask(
                    "POST", "/v1/policies", body: Array(document.utf8), type: "application/yaml"
                ).status
            }
            var statuses: [Int] = []
            for text in ["refuse me", "better", "other"] { statuses.append(try await register(text)) }
            #expect(statuses == [422, 201, 409])
        }
    }

    @Test func `the newest is the highest release, whatever came last, and a pre-release only when it is named`()
        async throws
    {
        try await withGateway { gateway in
            for version in ["1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1"] {
                try await gateway.workflow("many", version: version)
            }
            let shown = [
                "": "1.10.0", "?version=latest": "1.10.0", "?version=1.9.0": "1.9.0",
                "?version=2.0.0-rc.1": "2.0.0-rc.1",
            ]
            for (query, version) in shown {
                let answer = try await gateway.ask("GET", "/v1/workflows/test/many" + query)
                #expect(answer.json["version"] == .string(version), "\(query)")
            }
            #expect(try await gateway.ask("GET", "/v1/workflows/test/many?version=2").status == 404)
            for (asked, status) in [("latest", 202), ("1", 202), ("2.0.0-rc.1", 202), ("2", 404), ("nonsense", 404)] {
                let answer = try await gateway.post("/v1/workflows/test/many/execute", ["version": .string(asked)])
                #expect(answer.status == status, "\(asked)")
            }
            try await gateway.workflow("early", version: "1.0.0-alpha")
            #expect(try await gateway.post("/v1/workflows/test/early/execute", [:]).status == 404)
        }
    }

    @Test func `versions that hundreds have followed are shown, started and migrated from`() async throws {
        try await withGateway { gateway in
            for version in ["2.0.0", "1.0.0"] { try await gateway.workflow("old", version: version) }
            try await gateway.pool.execute(
                """
                INSERT INTO workflows
                    (tenant, namespace, name, version, digest, document, status, command_id, created_at)
                SELECT tenant, namespace, name, '1.1.' || n, digest, document, status, '',
                    created_at + n * interval '1 s'
                FROM workflows, generate_series(1, 300) AS n WHERE name = 'old' AND version = '1.0.0'
                """)
            let path = "/v1/workflows/test/old"
            for (asked, shown) in [("", "2.0.0"), ("1.0.0", "1.0.0"), ("1.0", "1.0.0"), ("1", "1.1.300")] {
                let answer = try await gateway.ask("GET", path + (asked.isEmpty ? "" : "?version=\(asked)"))
                #expect(answer.json["version"] == .string(shown) && answer.json["latest"] == "2.0.0", "\(asked)")
                let document = answer.json["document"]?["document"]?["version"]
                #expect(document == (shown == "1.1.300" ? "1.0.0" : .string(shown)))
                let started = try await gateway.post(path + "/execute", ["version": .string(asked)])
                #expect(started.status == 202, "\(asked)")
            }
            let migration = try await gateway.post(path + "/migrations", ["from": "1.0.0", "to": "2.0.0"])
            #expect(migration.status == 200)
        }
    }
}
