import Contracts
import Core
import HTTP
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("Redrives of many letters", .timeLimit(.minutes(5)))
struct RedriveTests {
    private static func bad(_ numbers: Range<Int>, _ code: ErrorCode = "MS0002") -> [String: ErrorCode] {
        Dictionary(uniqueKeysWithValues: numbers.map { ("e\($0)", code) })
    }

    private func wait(_ gateway: Installation, _ id: JSON?, _ status: String) async throws -> JSON {
        let path = "/v1/redrives/\(id?.string ?? "")"
        try await eventually("the redrive is \(status)") {
            try await gateway.ask("GET", path).json["status"]?.string == status
        }
        return try await gateway.ask("GET", path).json
    }

    @Test func `those of a filter are redriven once each, and the rest stay`() async throws {
        let picky = Picky(bad: Self.bad(0..<8).merging(["other": "MS0003"]) { $1 })
        try await withGateway(picky: picky) { gateway in
            for number in 0..<8 { try await gateway.start("e\(number)") }
            try await gateway.start("other")
            _ = try await gateway.letters(count: 9)
            for number in 0..<8 { picky.mend("e\(number)") }
            let begun = try await gateway.post(
                "/v1/redrives", ["filter": ["code": "MS0002"], "rate": 200, "reason": "mended"])
            #expect(begun.status == 202 && begun.json["letters"] == 8)
            let done = try await wait(gateway, begun.json["id"], "done")
            #expect(done["taken"] == 8 && done["sent"] == 8 && done["died"] == 0 && done["unsettled"] == 0)
            #expect(picky.all.count == 8 && Set(picky.all.map(\.key)).count == 8)
            #expect(try await gateway.letters("&state=resolved").count == 8)
            #expect(try await gateway.letters("&state=open").count == 1)
            let items = try await gateway.ask("GET", "/v1/redrives/\(begun.json["id"]?.string ?? "")/letters?limit=3")
                .json
            #expect(items["items"]?.array?.map { $0["status"]?.string } == ["taken", "taken", "taken"])
            #expect(items["next"] == "3")
            try await eventually("the audit") {
                gateway.audited.filter { $0.action == "dead-letter.redrive" }.count == 8
                    && gateway.audited.contains { $0.action == "redrive.done" && $0.actorType == "system" }
            }
            let none = try await gateway.post("/v1/redrives", ["filter": ["code": "XX0001"]])
            #expect(none.json["letters"] == 0 && none.json["status"] == "done")
        }
    }

    @Test func `it stops by itself when the same failure repeats, and says so`() async throws {
        let picky = Picky(bad: Self.bad(0..<12))
        try await withGateway(picky: picky) { gateway in
            for number in 0..<12 { try await gateway.start("e\(number)") }
            _ = try await gateway.letters(count: 12)
            let begun = try await gateway.post("/v1/redrives", ["rate": 100])
            let stopped = try await wait(gateway, begun.json["id"], "stopped")
            #expect(stopped["stop"]?["code"] == "GW0025" && stopped["stop"]?["failure"] == "MS0002")
            #expect(stopped["stop"]?["service"] == "picky", "\(stopped.text())")
            // Those that it took to see it, and not one more.
            #expect(stopped["sent"] == 3 && stopped["died"] == 3, "\(stopped.text())")
            #expect(try await gateway.letters("&state=deadAgain").count == 3)
            try await eventually("the audit") {
                gateway.audited.contains { $0.action == "redrive.stopped" && $0.actorType == "system" }
            }
            let again = try await gateway.post("/v1/redrives/\(begun.json["id"]?.string ?? "")/stop", [:])
            #expect(again.status == 409)
        }
    }

    @Test func `its rate and its place outlive who runs it, and nothing is published twice`() async throws {
        let picky = Picky(bad: Self.bad(0..<3))
        try await withGateway(picky: picky, runsRedrives: false) { gateway in
            for number in 0..<3 { try await gateway.start("e\(number)") }
            _ = try await gateway.letters(count: 3)
            for number in 0..<3 { picky.mend("e\(number)") }
            let begun = try await gateway.post("/v1/redrives", ["rate": 1])
            let path = "/v1/redrives/\(begun.json["id"]?.string ?? "")"
            #expect(try await gateway.runner.step())
            // Another runner, as after a restart: a second has not passed.
            #expect(try await !gateway.runner.step())
            #expect(try await gateway.ask("GET", path).json["sent"] == 1)
            // Two at once: one holds the row, the other passes over it.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await eventually("the end") {
                            _ = try await gateway.runner.step()
                            return try await gateway.ask("GET", path).json["status"] == "done"
                        }
                    }
                }
                try await group.waitForAll()
            }
            let done = try await gateway.ask("GET", path).json
            #expect(done["sent"] == 3 && done["taken"] == 3)
            #expect(picky.all.map(\.envelope.id).count == 3 && Set(picky.all.map(\.key)).count == 3)
        }
    }

    @Test func `one that a person ends publishes no more, and letters that are not open are passed over`() async throws
    {
        let picky = Picky(bad: Self.bad(0..<3))
        try await withGateway(picky: picky, runsRedrives: false) { gateway in
            for number in 0..<3 { try await gateway.start("e\(number)") }
            let letters = try await gateway.letters(count: 3)
            let begun = try await gateway.post("/v1/redrives", ["rate": 0.01, "limit": 2])
            #expect(begun.json["letters"] == 2)
            let discarded = try await gateway.post(Installation.path(letters[0], "/discard"), ["reason": "x"])
            #expect(discarded.status == 200)
            #expect(try await gateway.runner.step())
            let path = "/v1/redrives/\(begun.json["id"]?.string ?? "")"
            #expect(try await gateway.ask("GET", path).json["skipped"] == 1)
            let stopped = try await gateway.post(path + "/stop", ["reason": "enough"])
            #expect(stopped.json["status"] == "stopped" && stopped.json["stop"]?["reason"] == "enough")
            #expect(try await !gateway.runner.step())
            #expect(try await gateway.ask("GET", path).json["sent"] == 0 && picky.all.isEmpty)
            let faulty = try await gateway.post("/v1/redrives", ["rate": "fast"])
            #expect(faulty.status == 400)
            #expect(try await gateway.post("/v1/redrives", [:], key: "key-of-a-viewer").status == 403)
            #expect(try await gateway.ask("GET", path, key: "key-of-another").status == 404)
        }
    }
}
