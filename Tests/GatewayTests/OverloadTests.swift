import Contracts
import Core
import HTTP
import Lifecycle
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

    @Test func `who only waits for another service holds no place`() async throws {
        let silent = Backstage(silent: [StateV1.ReadHistory.protoName, OrchestratorV1.RegisterDefinition.protoName])
        try await withGateway(doors: TenantGate(places: 2, patience: .milliseconds(20)), backstage: silent) { gateway in
            let document = Array(Installation.document("slow", "1.0.0").utf8)
            let registration = Task {
                try await gateway.ask("POST", "/v1/workflows", body: document, type: "application/yaml")
            }
            try await eventually("registering") { !silent.all(OrchestratorV1.RegisterDefinition.protoName).isEmpty }
            try await eventually("another is answered") { try await gateway.ask("GET", "/v1/me").status == 200 }
            registration.cancel()
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
