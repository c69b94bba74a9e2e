import Foundation
import Testing

@testable import HTTP

@Suite("A client that asks something else than the network")
struct StandInTests {
    @Test("It answers, and holds no descriptors: simulations keep thousands")
    func descriptors() async throws {
        let before = try Self.open()
        let clients = (0..<2000).map { _ in HTTPClient(asking: { _ in .success(HTTPClientResponse(status: 204)) }) }
        // Other tests open some meanwhile.
        #expect(try Self.open() - before < 1000)
        let answer = try await clients[1999].send(HTTPClientRequest(url: "http://nowhere.test/"))
        #expect(answer.status == 204)
    }

    private static func open() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}
