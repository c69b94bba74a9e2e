import Core
import Testing

@testable import AgentWorkerDomain

@Suite("A call of http")
struct HTTPCallTests {
    @Test("Arguments become a request: query escaped, JSON body with its type, key on what is not repeatable")
    func request() throws {
        let arguments: JSON = [
            "method": "post", "endpoint": "http://h/x?a=1", "query": ["q": "b c&d", "n": 3], "headers": ["X-A": "1"],
            "body": ["k": true],
        ]
        let call = try HTTPCall(arguments, idempotencyKey: "e:1")
        #expect(call.method == "POST")
        #expect(call.url == "http://h/x?a=1&q=b%20c%26d&n=3")
        #expect(call.body == Array(#"{"k":true}"#.utf8))
        #expect(call.header("content-type") == "application/json")
        #expect(call.header("x-a") == "1")
        #expect(call.header("idempotency-key") == "e:1")
    }

    @Test(
        "The class of an effect follows from method and key",
        arguments: [
            ("get", nil, EffectClass.pure), ("put", nil, .idempotent), ("delete", nil, .idempotent),
            ("post", nil, .irreversible), ("patch", "k", .idempotent),
        ])
    func classes(method: String, key: String?, effectClass: EffectClass) throws {
        let call = try HTTPCall(["method": .string(method), "endpoint": "http://h"], idempotencyKey: key)
        #expect(call.effectClass == effectClass)
    }

    @Test("A key of the definition's own is kept")
    func ownKey() throws {
        let arguments: JSON = ["method": "post", "endpoint": "http://h", "headers": ["Idempotency-Key": "mine"]]
        #expect(try HTTPCall(arguments, idempotencyKey: "e:1").header("idempotency-key") == "mine")
    }

    @Test("Wrong arguments are validation faults that name the member")
    func faults() {
        let wrong: [(JSON, String)] = [
            (["endpoint": "http://h"], "method"), (["method": "get"], "endpoint"),
            (["method": "get", "endpoint": "http://h", "output": "xml"], "output"),
            (["method": "get", "endpoint": "http://h", "headers": ["a": "b\r\nc: d"]], "headers"),
        ]
        for (arguments, member) in wrong {
            let fault = #expect(throws: Fault.self) { try HTTPCall(arguments, idempotencyKey: nil) }
            #expect(fault?.detail?.hasPrefix("AW0001: \(member): expected") == true)
            #expect(fault?.status == 400)
        }
    }

    @Test("Credentials are sent and do not come back in the output")
    func credentials() throws {
        let endpoint: JSON = [
            "uri": "http://h", "authentication": ["basic": ["username": "ann", "password": "pässword"]],
        ]
        let call = try HTTPCall(["method": "get", "endpoint": endpoint, "output": "response"], idempotencyKey: nil)
        #expect(call.header("authorization") == "Basic YW5uOnDDpHNzd29yZA==")
        let output = try call.result(EffectOutcome(status: 200, body: Array("hi".utf8)))
        #expect(!output.text().contains("YW5u"))
        #expect(output["content"] == "hi")
        #expect(output["statusCode"] == 200)
    }

    @Test("The output is content, raw or response; other statuses are communication faults with the status")
    func outputs() throws {
        func call(_ more: JSONObject) throws -> HTTPCall {
            var arguments: JSONObject = ["method": "get", "endpoint": "http://h"]
            for (key, value) in more { arguments[key] = value }
            return try HTTPCall(.object(arguments), idempotencyKey: nil)
        }
        let json = EffectOutcome(
            status: 200, headers: [.init("content-type", "application/json")], body: Array("[1]".utf8))
        #expect(try call([:]).result(json) == [1])
        #expect(try call(["output": "raw"]).result(json) == "WzFd")
        #expect(try call([:]).result(EffectOutcome(status: 204)) == .null)
        let moved = EffectOutcome(status: 302)
        #expect(throws: Fault.self) { try call([:]).result(moved) }
        #expect(try call(["redirect": true]).result(moved) == .null)
        let fault = #expect(throws: Fault.self) { try call([:]).result(EffectOutcome(status: 418)) }
        #expect(fault?.status == 418)
        #expect(fault?.type == Fault.Standard.communication.type)
    }

    @Test("The journal decides: known outcomes are reused, ambiguous irreversible effects are not repeated")
    func journal() {
        let outcome = EffectOutcome(status: 200)
        #expect(Effect(.irreversible, .completed(outcome)).step == .reuse(outcome))
        #expect(Effect(.irreversible, .intended).step == .dispatch)
        #expect(Effect(.irreversible, .dispatched).step == .ambiguous)
        #expect(Effect(.compensable, .dispatched).step == .ambiguous)
        #expect(Effect(.idempotent, .dispatched).step == .repeatDispatch)
        #expect(Effect(.pure, .dispatched).step == .repeatDispatch)
    }
}
