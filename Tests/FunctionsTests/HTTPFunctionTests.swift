import Core
import HTTP
import TestKit
import Testing

@testable import Functions

@Suite("The function http", .timeLimit(.minutes(5)))
struct HTTPFunctionTests {
    @Test("Method, query, headers and a JSON body arrive; the content comes back decoded")
    func plain() async throws {
        try await withOutside({ request, _ in .json(["got": .string(request.method)]) }) { (url, asked) async throws in
            let output = try await table().run(
                "http",
                [
                    "method": "post", "endpoint": .string(url + "/pets?a=1"),
                    "query": ["status": "a b", "tags": ["x", "y"], "none": nil], "headers": ["X-Trace": "7"],
                    "body": ["name": "Milou"],
                ], .call(key: "e:1"))
            #expect(output == ["got": "POST"])
            let request = try #require(asked.all.first)
            #expect(request.path == "/pets")
            #expect(request.target.query.map { "\($0.name)=\($0.value)" } == ["a=1", "status=a b", "tags=x", "tags=y"])
            #expect(request.headers["x-trace"] == "7")
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["idempotency-key"] == "e:1")
            #expect(try JSON(parsing: request.body) == ["name": "Milou"])
        }
    }

    @Test("A call does not fail at its deadline, when it is about to be called off")
    func deadline() async throws {
        let clock = SystemClock()
        let deadline = clock.now() + .seconds(3)
        try await withOutside({ _, _ in
            try? await clock.sleep(until: deadline + .milliseconds(50))
            return .text("late")
        }) { (url, _) async throws in
            var context = FunctionContext.call()
            context.deadline = deadline
            let output = try await table().run("http", ["method": "get", "endpoint": .string(url)], context)
            #expect(output == "late")
        }
    }

    @Test("A form is sent as one, a text as it is")
    func bodies() async throws {
        try await withOutside({ request, _ in .text(String(decoding: request.body, as: UTF8.self)) }) {
            (url, asked) async throws in
            let form = try await table().run(
                "http",
                [
                    "method": "put", "endpoint": .string(url), "body": ["a": "1 2", "b": [3, 4]],
                    "headers": ["Content-Type": "application/x-www-form-urlencoded"],
                ], .call(key: "k"))
            #expect(form == "a=1%202&b=3&b=4")
            let text = try await table().run(
                "http", ["method": "put", "endpoint": .string(url), "body": "as it is"], .call(key: "k"))
            #expect(text == "as it is")
            #expect(asked.all.allSatisfy { $0.headers["idempotency-key"] == nil })
        }
    }

    @Test("raw is Base64; response has request, headers, status and content, and no credentials")
    func forms() async throws {
        try await withOutside({ _, _ in .json(["id": 1]) }) { (url, _) async throws in
            let raw = try await table().run(
                "http", ["method": "get", "endpoint": .string(url), "output": "raw"], .call())
            #expect(raw == "eyJpZCI6MX0=")
            let response = try await table().run(
                "http",
                [
                    "method": "get", "output": "response", "headers": ["Cookie": "c", "X-A": "b"],
                    "endpoint": [
                        "uri": .string(url), "authentication": ["basic": ["username": "u", "password": "p"]],
                    ],
                ], .call())
            #expect(response["request"] == ["method": "GET", "uri": .string(url), "headers": ["x-a": "b"]])
            #expect(response["statusCode"] == 200)
            #expect(response["headers"]?["content-type"] == "application/json")
            #expect(response["content"] == ["id": 1])
        }
    }

    @Test("A redirect is an error by default; where allowed it is followed, to a limit", arguments: [true, false])
    func redirects(isAllowed: Bool) async throws {
        try await withOutside({ request, number in
            request.path == "/end"
                ? .text("\(request.method) \(request.body.count)")
                : HTTPResponse(status: request.path == "/303" ? 303 : 307, headers: ["location": "/end"])
        }) { (url, asked) async throws in
            func post(_ path: String) async throws -> JSON {
                try await table().run(
                    "http",
                    [
                        "method": "post", "endpoint": .string(url + path), "body": "four",
                        "redirect": .bool(isAllowed),
                    ], .call())
            }
            if isAllowed {
                #expect(try await post("/303") == "GET 0")
                #expect(try await post("/307") == "POST 4")
            } else {
                let fault = await faulted { _ = try await post("/307") }
                #expect(fault?.status == 307)
                #expect(fault?.type == Fault.Standard.communication.type)
                #expect(asked.all.count == 1)
            }
        }
    }

    @Test("Endless redirects end, and another host does not see the credentials")
    func redirectLimits() async throws {
        try await withOutside({ _, _ in HTTPResponse(status: 302, headers: ["location": "/again"]) }) {
            (url, asked) async throws in
            let output = try await table().run(
                "http",
                ["method": "get", "endpoint": .string(url), "redirect": true, "output": "response"], .call())
            #expect(output["statusCode"] == 302)
            #expect(asked.all.count == 6)
        }
        try await withOutside({ _, _ in .text("there") }) { (other, asked) async throws in
            try await withOutside({ _, _ in HTTPResponse(status: 302, headers: ["location": other + "/x"]) }) {
                (url, _) async throws in
                let endpoint: JSON = ["uri": .string(url), "authentication": ["bearer": ["token": "t0ken"]]]
                let output = try await table().run(
                    "http", ["method": "get", "endpoint": endpoint, "redirect": true], .call())
                #expect(output == "there")
            }
            #expect(asked.all.map { $0.headers["authorization"] } == [nil])
        }
    }

    @Test("A redirect to a host outside of the egress list is refused")
    func egress() async throws {
        try await withOutside({ _, _ in HTTPResponse(status: 302, headers: ["location": "http://localhost:1/"]) }) {
            (url, _) async throws in
            let rules = try #require(EgressRules(allowing: ["127.0.0.1"]))
            let fault = await faulted {
                _ = try await table(egress: rules).run(
                    "http", ["method": "get", "endpoint": .string(url), "redirect": true], .call())
            }
            #expect(fault?.type == Fault.Standard.authorization.type)
            #expect(fault?.status == 403)
        }
    }

    @Test("What is wrong with the arguments is a fault before anything is sent")
    func wrong() async throws {
        for arguments: JSON in [
            [:], ["method": "get"], ["method": "g t", "endpoint": "http://h/"],
            ["method": "get", "endpoint": "http://h/", "headers": ["a": "b\r\nc: d"]],
            ["method": "get", "endpoint": "http://h/", "output": "all"],
            ["method": "get", "endpoint": "http://h/", "query": "a=b"],
        ] {
            let fault = await faulted { _ = try await table().run("http", arguments, .call()) }
            #expect(fault?.type == Fault.Standard.validation.type, "\(arguments.text())")
        }
    }

    @Test("Nobody there is 502 and was not sent; silence is 504 and unknown")
    func unreachable() async throws {
        let nowhere = "http://127.0.0.1:\(try freePort())"
        do throws(FunctionError) {
            _ = try await table().run("http", ["method": "post", "endpoint": .string(nowhere)], .call())
            Issue.record("an answer of nobody")
        } catch {
            #expect(error.fault?.status == 502)
            #expect(error == .fault(error.fault!, .nothing))
        }
        var settings = FunctionSettings()
        settings.timeout = .seconds(2)
        let quick = table(settings)
        let silent = AsyncStream<[UInt8]>.makeStream()
        try await withOutside({ _, _ in .events(silent.stream) }) { (url, _) async throws in
            do throws(FunctionError) {
                _ = try await quick.run("http", ["method": "post", "endpoint": .string(url)], .call())
                Issue.record("an answer without an end")
            } catch {
                #expect(error.fault?.status == 504)
                #expect(error == .fault(error.fault!, .unknown))
            }
        }
    }

    @Test("Methods tell what repeating does; a key makes a POST repeatable")
    func effects() async throws {
        for (method, key, effect) in [
            ("get", nil, PreparedCall.Effect.reads), ("delete", nil, .idempotent), ("post", nil, .irreversible),
            ("patch", "k", .idempotent),
        ] {
            let arguments: JSON = ["method": .string(method), "endpoint": "http://h/"]
            let prepared = try await table().prepare("http", arguments, .call(key: key))
            #expect(prepared.effect == effect)
        }
    }
}
