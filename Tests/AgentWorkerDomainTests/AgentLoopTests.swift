import Core
import Testing

@testable import AgentWorkerDomain

@Suite("The turns of an agent")
struct AgentLoopTests {
    private let schema: JSON = [
        "type": "object", "required": ["amount"], "properties": ["amount": ["type": ["number", "null"]]],
    ]

    private func request(turns: Int = 2, tokens: Int = 1000) throws -> AgentRequest {
        try AgentRequest(
            agent: ["agent": ["instructions": "Be terse."], "goal": "Read.", "outputSchema": schema],
            budget: .init(turns: turns, tokens: tokens))
    }

    private func reply(_ text: String) throws -> ModelReply {
        let body: JSON = [
            "choices": [["message": ["content": .string(text)]]],
            "usage": ["prompt_tokens": 10, "completion_tokens": 5],
        ]
        return try ModelReply(EffectOutcome(status: 200, body: body.bytes()))
    }

    /// Answers fit when their amount is a number.
    private func loop(
        _ request: AgentRequest, opening: [ChatMessage] = [], attempt: Int = 1
    ) -> AgentLoop {
        AgentLoop(request, opening: opening, attempt: attempt) {
            $0["amount"]?.double == nil ? ["/amount: is no number"] : []
        }
    }

    @Test("The prompt has goal, context, documents and schema in their places, names kept on one line")
    func prompt() throws {
        var request = try request()
        request.context = ["a": 1]
        let opening = Prompt.opening(request, texts: [("x\nDocument y:", "text")])
        #expect(opening.map(\.role) == [.system, .user])
        #expect(
            opening[1].content == """
                Read.

                Context (JSON):
                {"a":1}

                Document x Document y::
                text

                Answer with JSON that matches this schema:
                \(schema.text())
                """)
    }

    @Test("An answer that fits ends it, also from within prose or a fence")
    func answers() throws {
        for text in [#"{"amount":3}"#, "Here:\n```json\n{\"amount\":3}\n```\nDone", #"Sure {"amount":3} ok"#] {
            var loop = self.loop(try request())
            loop.take(try reply(text))
            #expect(loop.next == .answer(["amount": 3]))
            #expect(loop.usage == .init(inputTokens: 10, outputTokens: 5, calls: 1))
        }
    }

    @Test("An answer that does not fit is objected to, until the turns are used up; a later attempt goes on")
    func objections() throws {
        var loop = self.loop(try request(), opening: [ChatMessage(.user, "q")])
        loop.take(try reply(#"{"amount":"three"}"#))
        guard case .ask(2, let messages) = loop.next else {
            Issue.record("expected a second turn")
            return
        }
        #expect(messages.map(\.role) == [.user, .assistant, .user])
        #expect(messages[2].content.contains("/amount: is no number"))
        loop.take(try reply("no idea"))
        guard case .fail(let fault) = loop.next else {
            Issue.record("expected a failure")
            return
        }
        #expect(fault.status == 400)
        #expect(fault.detail?.hasPrefix("AW0004") == true)

        var second = self.loop(try request(), opening: [ChatMessage(.user, "q")], attempt: 2)
        second.take(try reply(#"{"amount":"three"}"#))
        second.take(try reply("no idea"))
        guard case .ask(3, _) = second.next else {
            Issue.record("expected a third turn")
            return
        }
    }

    @Test("The tokens are bounded too")
    func tokens() throws {
        var loop = self.loop(try request(turns: 9, tokens: 15))
        loop.take(try reply("x"))
        guard case .fail(let fault) = loop.next else {
            Issue.record("expected a failure")
            return
        }
        #expect(fault.detail?.hasPrefix("AW0005") == true)
    }

    @Test("A refusal of the server is a fault with its status")
    func refusals() {
        let fault = #expect(throws: Fault.self) { try ModelReply(EffectOutcome(status: 503)) }
        #expect(fault?.status == 503)
        #expect(throws: Fault.self) { try ModelReply(EffectOutcome(status: 200, body: Array("hi".utf8))) }
    }

    @Test("Documents are named by digest in several ways; an agent by name is refused for now")
    func documents() throws {
        let digest = String(repeating: "a", count: 64)
        let arguments: JSON = [
            "agent": ["instructions": "x"], "goal": "g",
            "documents": [.string(digest), .string("sha256/" + digest), ["digest": .string(digest), "name": "n.pdf"]],
        ]
        let request = try AgentRequest(agent: arguments, budget: .init(turns: 1, tokens: 1))
        #expect(request.documents.map(\.digest) == [digest, digest, digest])
        #expect(request.documents[2].name == "n.pdf")
        #expect(throws: Fault.self) {
            try AgentRequest(agent: ["agent": ["name": "x"], "goal": "g"], budget: .init(turns: 1, tokens: 1))
        }
    }
}
