import Contracts
import Core
import HTTP
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("The API on real servers", .timeLimit(.minutes(5)))
struct GatewayAPITests {
    @Test func `a workflow is registered, executed and read to its end`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            let started = try await gateway.post("/v1/workflows/test/hello/execute", ["input": ["who": "you"]])
            #expect(started.status == 202)
            let id = try #require(started.json["id"]?.string)
            #expect(started.headers["location"] == "/v1/executions/\(id)")
            // It is there from the very moment of the answer.
            #expect(try await gateway.ask("GET", "/v1/executions/\(id)").status == 200)
            try await eventually("the end") {
                try await gateway.ask("GET", "/v1/executions/\(id)").json["status"] == "completed"
            }
            let ended = try await gateway.ask("GET", "/v1/executions/\(id)").json
            #expect(ended["output"] == ["greeting": "hello"])
            #expect(ended["input"] == ["who": "you"])
            #expect(ended["workflow"] == ["namespace": "test", "name": "hello", "version": "1.0.0"])
            #expect(ended["actor"] == "ann")
            // The state service's answer is waited for, for a while: 504 on a busy machine.
            let page = "/v1/executions/\(id)/history?limit=2"
            try await eventually("the history") { try await gateway.ask("GET", page).status == 200 }
            let history = try await gateway.ask("GET", page)
            #expect(history.json["items"]?.array?.count == 2 && history.json["verified"] == true)
            #expect(history.json["next"] == "2")
            let rest = try await gateway.ask("GET", "/v1/executions/\(id)/history?cursor=2")
            #expect(rest.json["next"] == .null)
            let late = try await gateway.ask("POST", "/v1/executions/\(id)/cancel")
            #expect(late.status == 409 && late.json["code"] == "GW0014")
            let list = try await gateway.ask("GET", "/v1/executions?status=completed&workflow=test/hello")
            #expect(list.json["items"]?.array?.count == 1 && list.json["next"] == .null)
            let other = try await gateway.ask("GET", "/v1/executions/\(id)", key: "key-of-another")
            #expect(other.status == 404 && other.json["code"] == "GW0010")
            try await eventually("the audit") {
                gateway.backstage.all(AuditV1.ActionAudited.protoName).count >= 2
            }
        }
    }

    @Test func `a live view shows every event and then ends`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            let started = try await gateway.post("/v1/workflows/test/hello/execute", [:])
            let id = try #require(started.json["id"]?.string)
            let live = try await gateway.ask("GET", "/v1/executions/\(id)/events")
            let text = live.json.string ?? ""
            #expect(live.headers["content-type"] == "text/event-stream")
            #expect(
                text.contains("id: 1\nevent: executionStarted\n") && text.contains("id: 3\nevent: executionCompleted"))
            let resumed = try await gateway.ask(
                "GET", "/v1/executions/\(id)/events", headers: ["last-event-id": "2"])
            #expect(resumed.json.string?.contains("id: 2") == false)
        }
    }

    @Test func `the same key gives the same answer once, another body is refused`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            let path = "/v1/workflows/test/hello/execute"
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        try await gateway.post(path, ["input": ["n": 1]], idempotencyKey: "k").json["id"]?.string
                    }
                }
                var ids: Set<String?> = []
                for try await id in group { ids.insert(id) }
                return ids
            }
            #expect(ids.count == 1)
            let other = try await gateway.post(path, ["input": ["n": 2]], idempotencyKey: "k")
            #expect(other.status == 422 && other.json["code"] == "GW0007")
            let again = try await gateway.post(path, ["input": ["n": 1]], idempotencyKey: "k")
            #expect(again.headers["idempotency-replayed"] == "true" && again.status == 202)
            let list = try await gateway.ask("GET", "/v1/executions")
            #expect(list.json["items"]?.array?.count == 1)
        }
    }

    @Test func `starts that come together are each answered for themselves`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            let statuses = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let name = number % 3 == 1 ? "later" : "hello"
                        let answer = try await gateway.post(
                            "/v1/workflows/test/\(name)/execute", ["input": ["n": .integer(Int64(number))]],
                            idempotencyKey: number % 3 == 2 ? nil : "k\(number)")
                        return (number % 3, answer.status)
                    }
                }
                return try await group.reduce(into: [Int: Set<Int>]()) { $0[$1.0, default: []].insert($1.1) }
            }
            #expect(statuses == [0: [202], 1: [404], 2: [202]])
            let list = try await gateway.ask("GET", "/v1/executions?limit=100")
            #expect(list.json["items"]?.array?.count == 40)
            // A refusal keeps no key: the same request may succeed later.
            try await gateway.workflow("later")
            let path = "/v1/workflows/test/later/execute"
            let retried = try await gateway.post(path, ["input": ["n": 1]], idempotencyKey: "k1")
            #expect(retried.status == 202 && retried.headers["idempotency-replayed"] == nil)
        }
    }

    @Test func `reads that come together are each answered for themselves`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            var ids: [String] = []
            for number in 0..<8 {
                let started = try await gateway.post(
                    "/v1/workflows/test/hello/execute", ["input": ["n": .integer(Int64(number))]])
                ids.append(try #require(started.json["id"]?.string))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<80 {
                    group.addTask { [ids] in
                        let path = "/v1/executions/\(number % 10 < 8 ? ids[number % 10] : "none")"
                        let own = try await gateway.ask("GET", path)
                        #expect(own.status == (number % 10 < 8 ? 200 : 404))
                        #expect(own.json["input"]?["n"]?.int == (number % 10 < 8 ? number % 10 : nil))
                        #expect(try await gateway.ask("GET", path, key: "key-of-another").status == 404)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `documents are stored, indexed and listed page by page`() async throws {
        try await withGateway { gateway in
            let plain = try await gateway.ask(
                "POST", "/v1/documents?name=a.txt", body: Array("some text".utf8), type: "text/plain; charset=utf-8")
            #expect(
                plain.status == 201 && plain.json["status"] == "stored" && plain.json["contentType"] == "text/plain")
            #expect(plain.json["digest"]?.string?.count == 64)
            var indexed: [String] = []
            for number in 0..<5 {
                let answer = try await gateway.ask(
                    "POST", "/v1/documents?index=clauses&name=\(number)&meta.region=uk",
                    body: Array("clause \(number)".utf8), type: "text/plain")
                indexed.append(try #require(answer.json["id"]?.string))
            }
            for id in indexed {
                try await eventually("indexed") {
                    try await gateway.ask("GET", "/v1/documents/\(id)").json["status"] == "indexed"
                }
            }
            var (seen, path): ([String], String?) = ([], "/v1/documents?index=clauses&limit=2")
            while let current = path {
                let page = try await gateway.ask("GET", current).json
                seen += page["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                path = page["next"]?.string.map { "/v1/documents?index=clauses&limit=2&cursor=\($0)" }
            }
            #expect(seen == indexed.reversed())
            let command = try #require(gateway.backstage.all(KnowledgeV1.IndexDocument.protoName).first)
            let body = try command.decode(KnowledgeV1.IndexDocument.self)
            #expect(body.metadata == ["region": "uk"] && body.blob?.contentType == "text/plain")
            try await eventually("the uploads' events") {
                gateway.backstage.all("io.cadenza.document.uploaded.v1").count == 6
            }
        }
    }

    @Test func `an approval is decided and says so at once`() async throws {
        try await withGateway { gateway in
            let request = ApprovalsV1.ApprovalRequested(
                approvalID: "e:4", executionID: "e", task: "/do/1/ask", title: "Pay?",
                subject: CoreV1.Payload(json: ["checks": []]), approvers: ["role:lead"], requestedUs: 1_000_000)
            try await gateway.backstage.publish(request, to: .approvalsEvents, key: "e", id: "e:4/requested")
            try await eventually("pending") {
                try await gateway.ask("GET", "/v1/approvals?status=pending").json["items"]?.array?.count == 1
            }
            let view = try await gateway.ask("GET", "/v1/approvals/e:4")
            #expect(view.json["subject"] == ["checks": []] && view.json["executionId"] == "e")
            let viewer = try await gateway.post(
                "/v1/approvals/e:4/decision", ["decision": "approve"], key: "key-of-a-viewer")
            #expect(viewer.status == 403 && viewer.json["code"] == "GW0020")
            let decided = try await gateway.post(
                "/v1/approvals/e:4/decision", ["decision": "approve", "comment": "fine"])
            #expect(decided.status == 200 && decided.json["status"] == "approved" && decided.json["actor"] == "ann")
            let again = try await gateway.post("/v1/approvals/e:4/decision", ["decision": "reject"])
            #expect(again.status == 409 && again.json["code"] == "GW0015")
        }
    }

    @Test func `policies and events go where they belong`() async throws {
        try await withGateway { gateway in
            let policy = Array("name: claims/assess\nversion: 1.0.0\ndefault: allow\nrules: []\n".utf8)
            let made = try await gateway.ask("POST", "/v1/policies", body: policy, type: "application/yaml")
            #expect(made.status == 201 && made.json["status"] == "registered")
            let same = try await gateway.ask("POST", "/v1/policies", body: policy, type: "application/yaml")
            #expect(same.status == 200)
            let changed = try await gateway.ask(
                "POST", "/v1/policies", body: policy + Array("description: x\n".utf8), type: "application/yaml")
            #expect(changed.status == 409 && changed.json["code"] == "GW0012")
            let listed = try await gateway.ask("GET", "/v1/policies").json["items"]
            #expect(listed?[0]?["name"] == "claims/assess")
            let event = try await gateway.ask(
                "POST", "/v1/events", body: Array(#"{"a":1}"#.utf8),
                headers: [
                    "ce-specversion": "1.0", "ce-id": "x1", "ce-source": "crm", "ce-type": "customer.changed",
                    "ce-subject": "c7",
                ])
            #expect(event.status == 202)
            try await eventually("the event") { gateway.backstage.all("customer.changed").count == 1 }
            let arrived = try #require(gateway.backstage.all("customer.changed").first)
            #expect(arrived.envelope.tenant == "demo" && arrived.key == "c7" && arrived.body == Array(#"{"a":1}"#.utf8))
        }
    }

    @Test func `usage is counted once, and dead letters are shown to their tenant`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            let started = try await gateway.post("/v1/workflows/test/hello/execute", [:])
            let id = try #require(started.json["id"]?.string)
            let usage = CoreV1.Usage(inputTokens: 10, outputTokens: 5, modelCalls: 1, costMicros: 42)
            let done = AgentsV1.TaskCompleted(taskID: "\(id):1", executionID: id, attempt: 1, usage: usage)
            for repetition in 0..<2 {
                try await gateway.backstage.publish(done, to: .agentsEvents, key: id, id: "\(id)/\(repetition)")
            }
            let letter = DeadlettersV1.MessageDied(
                deadLetterID: "policy/t/0/7", service: "policy", topic: "t", offset: 7, value: [1, 2, 3],
                code: "MS0002",
                cause: "no protobuf", attempts: 1, diedUs: 1)
            try await gateway.backstage.publish(letter, to: .deadLetters, key: "k", id: "policy/t/0/7")
            try await eventually("the letter") {
                try await gateway.ask("GET", "/v1/dead-letters").json["items"]?.array?.count == 1
            }
            let shown = try await gateway.ask("GET", "/v1/dead-letters/policy%2Ft%2F0%2F7")
            #expect(shown.json["value"] == "AQID" && shown.json["code"] == "MS0002")
            #expect(try await gateway.ask("GET", "/v1/dead-letters", key: "key-of-another").json["items"] == [])
            try await eventually("the usage") {
                try await gateway.ask("GET", "/v1/executions/\(id)").json["usage"]?["costMicros"] == 42
            }
        }
    }

    @Test func `a service that keeps silent is a 504, a refused definition a 422`() async throws {
        let silent = Backstage(silent: [StateV1.ReadHistory.protoName])
        try await withGateway(backstage: silent, answerLimit: "1s") { gateway in
            try await gateway.workflow()
            let started = try await gateway.post("/v1/workflows/test/hello/execute", [:])
            let id = try #require(started.json["id"]?.string)
            let history = try await gateway.ask("GET", "/v1/executions/\(id)/history")
            #expect(history.status == 504 && history.json["code"] == "GW0016")
            let refused = try await gateway.ask(
                "POST", "/v1/workflows", body: Array(Installation.document("refused").utf8), type: "application/yaml")
            #expect(refused.status == 422 && refused.json["code"] == "OR0002")
            let execute = try await gateway.post("/v1/workflows/test/refused/execute", [:])
            #expect(execute.status == 409 && execute.json["code"] == "GW0013")
        }
    }

    @Test func `a tenant that sends too fast is told how long to wait, another is not held up`() async throws {
        let clock = ManualClock()
        try await withGateway(limiter: RateLimiter(rate: 2, burst: 2, redis: nil, clock: clock)) { gateway in
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await gateway.ask("GET", "/v1/me").status) }
            #expect(statuses == [200, 200, 429, 429])
            let refused = try await gateway.ask("GET", "/v1/me")
            #expect(refused.json["code"] == "GW0002" && refused.headers["retry-after"] == "1")
            #expect(try await gateway.ask("GET", "/v1/me", key: "key-of-another").status == 200)
            clock.advance(by: .milliseconds(500))
            #expect(try await gateway.ask("GET", "/v1/me").status == 200)
        }
    }
}
