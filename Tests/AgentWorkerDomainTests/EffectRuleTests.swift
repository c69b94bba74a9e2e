import Core
import Testing

@testable import AgentWorkerDomain

@Suite("Effect rules")
struct EffectRuleTests {
    private func target(_ method: String, _ uri: String) -> CallTarget {
        CallTarget("http", ["method": .string(method), "endpoint": ["uri": .string(uri)]])
    }

    @Test("A rule speaks of a function, a host, a method and paths")
    func covers() throws {
        let rule = try #require(
            EffectRule(json: ["class": "irreversible", "host": "mail.test", "method": "post", "path": "/send"]))
        #expect(rule.covers(target("post", "https://u:p@mail.test:8443/send/now?key=secret")))
        #expect(!rule.covers(target("put", "https://mail.test/send")))
        #expect(!rule.covers(target("post", "https://mail.test/list")))
        #expect(!rule.covers(target("post", "https://mail.test.evil/send")))
        let below = try #require(EffectRule(json: ["class": "idempotent", "host": "*.bank.test"]))
        #expect(
            below.covers(target("post", "https://api.bank.test/"))
                && !below.covers(target("post", "https://bank.test/")))
        let shell = try #require(EffectRule(json: ["class": "idempotent", "function": "shell"]))
        #expect(shell.covers(CallTarget("shell", [:])) && !shell.covers(target("get", "https://a/")))
        #expect(shell.classify(.irreversible) == .idempotent && shell.classify(.pure) == .pure)
    }

    @Test("People see what was called, and neither the query nor who called")
    func text() {
        #expect(target("post", "https://u:p@mail.test:8443/send?key=secret").text == "POST mail.test:8443/send")
        let tool: JSON = ["transport": ["http": ["endpoint": "https://tools.test/mcp"]], "method": "tools/call"]
        #expect(CallTarget("mcp", tool).text == "mcp tools.test")
        #expect(CallTarget("shell", ["command": "rm"]).text == "shell")
    }

    @Test(
        "A rule that is not well formed is none",
        arguments: [
            [:], ["class": "pure"], ["class": "compensable"], ["class": "idempotent", "hots": "a"],
            ["class": "irreversible", "lookup": "a", "undo": "b"], ["class": "irreversible", "settle": "soon"],
            ["class": "irreversible", "host": 1],
        ] as [JSON])
    func malformed(_ json: JSON) { #expect(EffectRule(json: json) == nil) }

    @Test("What is compensable is undone, and a lookup says whether it was done")
    func inquiries() throws {
        let undo = EffectRule(json: ["class": "compensable", "undo": "https://a/{key}", "settle": "PT5S"])
        #expect(undo == EffectRule(.compensable, inquiry: .undo("https://a/{key}"), settle: .seconds(5)))
        let lookup = EffectRule(json: ["class": "irreversible", "lookup": "https://a/{key}", "reference": "X-Ref"])
        #expect(lookup?.inquiry == .lookup("https://a/{key}") && lookup?.reference == "x-ref")
    }
}
