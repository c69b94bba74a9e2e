import Contracts
import Core
import HTTP
import ObjectStore
import TestKit
import Testing

@testable import Gateway

@Suite("Large outputs", .timeLimit(.minutes(5)))
struct OutputTests {
    @Test func `an output is served to its tenant and to nobody else`() async throws {
        try await withGateway { gateway in
            let output: JSON = ["text": .string(String(repeating: "long ", count: 20_000))]
            let digest = try await gateway.objects.put(
                ServedOutput(tenant: "demo", value: output).bytes, contentType: "application/json")
            let path = ServedOutput.address(of: digest)
            for key in [Installation.adminKey, "key-of-a-viewer"] {
                let served = try await gateway.ask("GET", path, key: key)
                #expect(served.status == 200 && served.json == output)
                #expect(served.headers["content-type"]?.hasPrefix("application/json") == true)
            }
            let foreign = try await gateway.ask("GET", path, key: "key-of-another")
            #expect(foreign.status == 404 && foreign.json["code"] == "GW0010")
            #expect(try await gateway.ask("GET", path, key: nil).status == 401)
        }
    }

    @Test func `what is no output is not found, whoever asks`() async throws {
        try await withGateway { gateway in
            let upload = try await gateway.objects.put(Array("a document".utf8), contentType: "text/plain")
            let unknown = String(repeating: "0", count: 64)
            for name in [upload, unknown, "abc", unknown.replacing("0", with: "A"), "..%2F..%2Fetc%2Fpasswd"] {
                let answer = try await gateway.ask("GET", ServedOutput.address(of: name))
                #expect(answer.status == 404, "\(name)")
                #expect(answer.json["code"] == "GW0010", "\(name)")
            }
        }
    }
}
