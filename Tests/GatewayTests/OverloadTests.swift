import Contracts
import Core
import HTTP
import Lifecycle
import Synchronization
import TestKit
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct OverloadTests {
    @Test func `who waits too long for a turn is refused, other tenants are not`() async throws {
        let doors = TenantGate(places: 2, patience: .milliseconds(20))
        try await withGateway(doors: doors) { gateway in
            let hook = try await gateway.post("/v1/webhooks", ["name": "hook", "eventType": "com.example.push"])
            #expect(hook.status == 200)
            let place = try await doors.enter("demo")
            let refused = try await gateway.ask("GET", "/v1/me")
            #expect(refused.status == 503 && refused.json["code"] == "GW0027")
            #expect(refused.headers["retry-after"] == "1")
            let delivery = try await gateway.ask("POST", "/v1/webhooks/hook", body: Array("{}".utf8))
            #expect(delivery.status == 503)
            #expect(try await gateway.ask("GET", "/v1/me", key: "key-of-another").status == 200)
            place.leave()
            place.leave()
            #expect(try await gateway.ask("GET", "/v1/me").status == 200)
        }
    }

    @Test(arguments: [StateV1.ReadHistory.protoName, OrchestratorV1.RegisterDefinition.protoName])
    func `who only waits for another service holds no place`(asked: String) async throws {
        let silent = Backstage(silent: [asked])
        try await withGateway(doors: TenantGate(places: 2, patience: .milliseconds(20)), backstage: silent) { gateway in
            var (method, path, body) = ("POST", "/v1/workflows", Array(Installation.document("slow").utf8))
            if asked == StateV1.ReadHistory.protoName {
                try await gateway.workflow()
                let started = try await gateway.post("/v1/workflows/test/hello/execute", [:])
                (method, path, body) = ("GET", "/v1/executions/\(started.json["id"]?.string ?? "")/history", [])
            }
            let isWaiting = Mutex(true)
            let waiting = Task { [method, path, body] in
                defer { isWaiting.withLock { $0 = false } }
                _ = try await gateway.ask(method, path, body: body, type: "application/yaml")
            }
            try await eventually("asking") { !silent.all(asked).isEmpty }
            try await eventually("another is answered") { try await gateway.ask("GET", "/v1/me").status == 200 }
            #expect(isWaiting.withLock { $0 })
            waiting.cancel()
        }
    }

    @Test func `who is cancelled leaves the line`() async throws {
        let gate = TenantGate(places: 2)
        let place = try await gate.enter("a")
        let second = Task { try await gate.enter("a") }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await gate.enter("a") }
        place.leave()
        try await third.value.leave()
    }
}
