import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("Dead letters through the API", .timeLimit(.minutes(5)))
struct DeadLetterTests {
    @Test func `a letter is read by its schema, edited with a diff, checked, redriven and resolved`() async throws {
        let picky = Picky(bad: ["bad": "MS0002"])
        try await withGateway(picky: picky) { gateway in
            try await gateway.start("bad")
            let letter = try await gateway.letters("&state=open&code=MS0002", count: 1)[0]
            let shown = try await gateway.ask("GET", Installation.path(letter)).json
            #expect(shown["schema"] == "cadenza.agents.v1.TaskStarted" && shown["key"] == "bad")
            #expect(shown["body"]?["json"] == ["taskId": "bad:1", "executionId": "bad"])
            #expect(shown["cause"] == "not this one" && shown["message"]?["id"] == "bad/started")
            #expect(shown["message"]?["source"] == "cadenza/backstage" && shown["history"] == [])
            let edit: JSON = [
                "headers": ["ce_subject": "the good one"],
                "body": ["json": ["taskId": "bad:1", "executionId": "bad", "worker": "mended"]],
                "reason": "a typing error",
            ]
            let dry = try await gateway.post(Installation.path(letter, "/check"), edit, key: "key-of-a-viewer")
            #expect(dry.json["passes"] == true && dry.json["changes"]?.array?.count == 2)
            #expect(try await gateway.ask("GET", Installation.path(letter)).json["edited"] == false)
            let edited = try await gateway.post(Installation.path(letter, "/edit"), edit)
            #expect(
                edited.json["changes"] == [
                    ["part": "headers", "op": "add", "path": "/ce_subject", "to": "the good one"],
                    ["part": "body", "op": "add", "path": "/worker", "to": "mended"],
                ])
            let redriven = try await gateway.post(Installation.path(letter, "/redrive"), [:])
            #expect(redriven.status == 200 && redriven.json["state"] == "resolved", "\(redriven)")
            let taken = try #require(picky.all.first)
            #expect(taken.key == "bad" && taken.envelope.causationID == "bad/started")
            #expect(taken.envelope.id == redriven.json["messageId"]?.string && taken.envelope.subject == "the good one")
            #expect(taken.envelope.redrive == Redrive(service: "picky", count: 1) && taken.envelope.tenant == "demo")
            #expect(try taken.decode(AgentsV1.TaskStarted.self).worker == "mended")
            let after = try await gateway.ask("GET", Installation.path(letter)).json
            #expect(after["history"]?.array?.compactMap { $0["step"]?.string } == ["edit", "redrive", "taken"])
            #expect(
                after["history"]?[0]?["changes"] == edited.json["changes"] && after["history"]?[0]?["actor"] == "ann")
            #expect(
                after["body"]?["json"]?["worker"] == nil
                    && after["edit"]?["body"]?["json"]?["worker"] == "mended")
            let again = try await gateway.post(Installation.path(letter, "/redrive"), [:])
            #expect(again.status == 409 && again.json["code"] == "GW0023")
            try await eventually("the audit") {
                gateway.audited.map(\.action) == ["dead-letter.edit", "dead-letter.redrive"]
            }
            #expect(try gateway.audited[0].details?.json()["changed"] == ["headers/ce_subject", "body/worker"])
        }
    }

    @Test func `one that dies again is linked to the letter that it has become, and others pass over it`() async throws
    {
        let picky = Picky(bad: ["bad": "MS0002"])
        try await withGateway(picky: picky) { gateway in
            try await gateway.start("bad")
            let first = try await gateway.letters(count: 1)[0]
            let redriven = try await gateway.post(Installation.path(first, "/redrive"), ["reason": "hope"])
            #expect(redriven.status == 200 && redriven.json["state"] == "deadAgain", "\(redriven)")
            let letters = try await gateway.letters(count: 2)
            #expect(letters[1]["cameOf"] == first["id"] && letters[0]["cameBackAs"] == letters[1]["id"])
            #expect(letters[1]["redrives"] == 1 && letters[1]["state"] == "open")
            picky.mend("bad")
            let second = try await gateway.post(Installation.path(letters[1], "/redrive"), [:])
            #expect(second.json["state"] == "resolved" && second.json["redrives"] == 2)
            #expect(picky.all.first?.envelope.redrive?.count == 2)
            let other = try await gateway.ask("GET", Installation.path(first), key: "key-of-another")
            #expect(other.status == 404)
        }
    }

    @Test func `what is no CloudEvent is shown as it is, cannot be redriven, and can be put away`() async throws {
        try await withGateway { gateway in
            let letter = DeadlettersV1.MessageDied(
                deadLetterID: "picky/t.agents.events.v1/0/900", service: "picky", topic: "t.agents.events.v1",
                offset: 900, key: [0xff], value: Array("half a thou".utf8),
                headers: [DeadlettersV1.Header(name: "odd", value: [0x61, 0])], code: "MS0001", cause: "no id",
                attempts: 1, diedUs: 1)
            try await gateway.backstage.publish(letter, to: .deadLetters, key: "k", id: letter.deadLetterID)
            let row = try await gateway.letters(count: 1)[0]
            let shown = try await gateway.ask("GET", Installation.path(row)).json
            #expect(
                shown["body"] == ["text": "half a thou"] && shown["headers"] == [["name": "odd", "base64": "YQA="]])
            #expect(shown["keyBase64"] == "/w==" && shown["message"] == nil)
            let check = try await gateway.post(Installation.path(row, "/check"), [:])
            #expect(check.json["passes"] == false)
            let refused = try await gateway.post(Installation.path(row, "/redrive"), [:])
            #expect(refused.status == 409 && refused.json["code"] == "GW0024")
            var headers: JSONObject = ["odd": .null, "content-type": "application/protobuf", "ce_id": "made"]
            headers["ce_specversion"] = "1.0"
            headers["ce_source"] = "a person"
            headers["ce_type"] = "cadenza.agents.v1.TaskStarted"
            let wrong = try await gateway.post(
                Installation.path(row, "/edit"), ["headers": .object(headers), "body": ["json": ["taskID": "x"]]])
            #expect(wrong.status == 400 && wrong.json["errors"]?[0]?["pointer"] == "/body/json/taskID")
            let unkeyed = try await gateway.post(
                Installation.path(row, "/edit"), ["headers": .object(headers), "body": ["json": ["taskId": "x:1"]]])
            #expect(unkeyed.status == 200)
            // The key is not text either, and an edit cannot change that.
            let told = try await gateway.post(Installation.path(row, "/check"), [:]).json["checks"]?.array ?? []
            #expect(told.contains { $0["found"]?.string?.contains("key is not UTF-8") == true })
            let discarded = try await gateway.post(Installation.path(row, "/discard"), ["reason": "nobody misses it"])
            #expect(discarded.json["state"] == "discarded")
        }
    }

    @Test func `a check says what the service would say`() async throws {
        let picky = Picky(bad: ["bad": "MS0002"])
        try await withGateway(picky: picky) { gateway in
            try await gateway.start("bad")
            let path = Installation.path(try await gateway.letters(count: 1)[0], "/check")
            let wrong: [(JSON, String)] = [
                (["headers": ["ce_specversion": "0.3"]], "cloudEvent"), (["headers": ["ce_id": nil]], "cloudEvent"),
                (["headers": ["ce_type": "cadenza.none.v1.Nothing"]], "schema"),
                (["headers": ["ce_type": "cadenza.policy.v1.RegisterPolicy"]], "schema"),
                (["headers": ["content-type": "application/json"]], "contentType"),
                (["headers": ["content-type": "application/json"], "body": ["text": "{"]], "json"),
                (["body": ["hex": "0aff"]], "body"), (["body": ["json": ["executionId": "bad"]]], "identity"),
                (["body": ["json": ["taskId": "bad:1", "executionId": "another"]]], "key"),
                (
                    [
                        "headers": ["ce_type": "cadenza.agents.v1.TaskCompleted"],
                        "body": ["json": ["taskId": "x", "output": ["jsonBytes": "ew=="]]],
                    ], "payloads"
                ),
            ]
            for (edit, check) in wrong {
                let answer = try await gateway.post(path, edit).json
                let failed = (answer["checks"]?.array ?? []).filter { $0["passes"] == false }
                #expect(failed.contains { $0["check"]?.string == check }, "\(edit.text()): \(answer.text())")
                #expect(answer["passes"] == false)
            }
            #expect(try await gateway.post(path, [:]).json["passes"] == true)
            let foreign = String(path.dropLast(6))
            let edited = try await gateway.post(
                foreign + "/edit", ["body": ["json": ["taskId": "bad:1", "executionId": "another"]]])
            #expect(edited.status == 200)
            let refused = try await gateway.post(foreign + "/redrive", [:])
            #expect(refused.status == 409 && refused.json["code"] == "GW0024")
            let operatorsEdit = try await gateway.post(
                foreign + "/edit", ["headers": ["a": "b"]], key: "key-of-an-operator")
            #expect(operatorsEdit.status == 403)
            let empty = try await gateway.post(String(path.dropLast(6)) + "/edit", [:])
            #expect(empty.status == 400 && empty.json["code"] == "GW0004")
        }
    }

    @Test func `the list is filtered and paged, and putting away needs a reason and the right`() async throws {
        let picky = Picky(bad: ["a": "MS0002", "b": "MS0003", "c": "MS0003"])
        try await withGateway(picky: picky) { gateway in
            for execution in ["a", "b", "c"] { try await gateway.start(execution) }
            let all = try await gateway.letters(count: 3)
            #expect(try await gateway.letters("&code=MS0003").count == 2)
            #expect(try await gateway.letters("&topic=agents.events.v1").count == 3)
            #expect(try await gateway.letters("&topic=t.agents.events.v1").count == 3)
            #expect(try await gateway.letters("&topic=policy.events.v1").isEmpty)
            #expect(try await gateway.letters("&until=2020-01-01T00:00:00Z").isEmpty)
            #expect(try await gateway.letters("&since=2020-01-01T00:00:00Z&state=open").count == 3)
            let page = try await gateway.ask("GET", "/v1/dead-letters?service=picky&limit=2").json
            let cursor = try #require(page["next"]?.string)
            let rest = try await gateway.ask("GET", "/v1/dead-letters?service=picky&limit=2&cursor=\(cursor)").json
            #expect(page["items"]?.array?.count == 2 && rest["items"]?.array?.count == 1)
            let odd = try await gateway.ask("GET", "/v1/dead-letters?since=soon")
            #expect(odd.status == 400 && odd.json["code"] == "GW0006")
            let path = Installation.path(all[0], "/discard")
            #expect(try await gateway.post(path, [:]).status == 400)
            #expect(try await gateway.post(path, ["reason": "x"], key: "key-of-a-viewer").status == 403)
            #expect(try await gateway.post(path, ["reason": "noise"]).json["state"] == "discarded")
            #expect(try await gateway.post(path, ["reason": "noise"]).status == 409)
            #expect(try await gateway.letters("&state=discarded").count == 1)
            try await eventually("the audit") { gateway.audited.map(\.action) == ["dead-letter.discard"] }
            #expect(try gateway.audited[0].details?.json() == ["reason": "noise"])
        }
    }
}
