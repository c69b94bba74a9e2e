import Core
import GatewayDomain
import Testing

@Suite("Dead letters: states")
struct LetterStateTests {
    @Test func `only these steps are possible, and they lead there`() {
        let steps: [(LetterState, LetterState.Step, LetterState)] = [
            (.open, .edit, .open), (.open, .redrive, .redriven), (.open, .discard, .discarded),
            (.redriven, .taken, .resolved), (.redriven, .died, .deadAgain), (.redriven, .discard, .discarded),
            (.resolved, .died, .deadAgain),
        ]
        for state in LetterState.allCases {
            for step in LetterState.Step.allCases {
                let expected = steps.first { $0.0 == state && $0.1 == step }?.2
                #expect(state.after(step) == expected, "\(state) \(step)")
            }
        }
    }

    @Test func `a refusal names the state and the step`() {
        let rejection = LetterState.deadAgain.rejection(of: .redrive)
        #expect(rejection.code == .letterClosed && rejection.kind == .conflict)
        #expect(rejection.reason == "The letter is dead again, as another letter: no redrive.")
    }
}

@Suite("Dead letters: when a redrive stops and how fast it goes")
struct RedriveRuleTests {
    /// `A` died again of A; `b` died of B after A; `.` was taken, or nothing is known.
    private func outcomes(_ text: String) -> [RedriveOutcome] {
        text.map { letter in
            switch letter {
            case ".": RedriveOutcome(before: "A", again: nil)
            case "b": RedriveOutcome(before: "A", again: "B")
            default: RedriveOutcome(before: String(letter), again: String(letter))
            }
        }
    }

    @Test(
        arguments: [
            ("AAA", 3, "A"), ("..AAA..", 3, "A"), ("AA.A", 3, nil), ("AA", 3, nil), ("", 3, nil), ("...", 3, nil),
            ("bbb", 3, "B"), ("ABA", 3, "A"), ("AbA", 3, nil), ("AAb", 3, nil), ("A", 1, "A"), (".", 1, nil),
            ("AA.BB", 2, "A"),
        ] as [(String, Int, String?)])
    func `the same failure side by side stops it`(_ text: String, _ limit: Int, _ code: String?) {
        #expect(RedriveOutcome.repeated(outcomes(text), limit: limit) == code)
    }

    @Test(
        arguments: [
            (0.5, 0, 9, 0, 1), (0.5, 2, 9, 0, 1), (0.5, 3, 9, 0, 0), (200, 0, 9, 0, 20), (200, 195, 9, 9, 5),
            (200, 500, 9, 0, 0),
            // Nothing taken yet: three in all, and then one by one.
            (200, 0, 0, 0, 3), (200, 3, 0, 0, 0), (200, 1, 0, 2, 0), (200, 0, 0, 2, 1), (200, 0, 0, 7, 1),
            (200, 1, 0, 7, 0),
        ] as [(Double, Int64, Int64, Int64, Int)])
    func `so many are published at once and may be out`(
        _ rate: Double, _ unsettled: Int64, _ taken: Int64, _ died: Int64, _ room: Int
    ) {
        let pace = RedrivePace(rate: rate, stopAfter: 3)
        #expect(pace.room(unsettled: unsettled, taken: taken, died: died) == room)
    }

    @Test func `a pause is as long as the rate says`() {
        #expect(RedrivePace(rate: 0.5, stopAfter: 3).pause(after: 1) == .seconds(2))
        #expect(RedrivePace(rate: 200, stopAfter: 3).pause(after: 20) == .milliseconds(100))
        #expect(RedrivePace(rate: 200, stopAfter: 3).pause(after: 0) == .milliseconds(100))
    }
}

@Suite("Dead letters: what people send and see")
struct LetterContentTests {
    private func changes(_ old: LetterBody, _ new: LetterBody) -> JSON {
        LetterDiff.changes(headers: ([:], [:]), body: (old, new))
    }

    @Test func `a diff names each place with what was and what is`() {
        let old: JSON = ["a": 1, "b": [1, 2], "c": ["d": true]]
        let new: JSON = ["a": 2, "b": [1], "c": ["d": true, "e/f": nil]]
        #expect(
            changes(.json(old), .json(new)) == [
                ["part": "body", "op": "replace", "path": "/a", "from": 1, "to": 2],
                ["part": "body", "op": "remove", "path": "/b/1", "from": 2],
                ["part": "body", "op": "add", "path": "/c/e~1f", "to": nil],
            ])
        let headers = LetterDiff.changes(
            headers: (["ce_type": "x", "old": "1"], ["ce_type": "y", "new": "2"]), body: (.text("a"), .text("a")))
        #expect(headers.array?.compactMap { $0["op"]?.string } == ["replace", "remove", "add"])
        #expect(headers[0]?["part"] == "headers" && headers[0]?["from"] == "x" && headers[0]?["to"] == "y")
    }

    @Test func `of texts the lines are shown that went and came, of others all`() {
        #expect(
            changes(.text("a\nb\nc"), .text("a\nx\nc\nd")) == [
                ["part": "body", "lines": ["-2: b", "+2: x", "+4: d"]]
            ])
        #expect(changes(.bytes([1]), .json(["a": 1]))[0]?["op"] == "remove")
        let long = String(repeating: "a\n", count: 3000)
        #expect(changes(.text(long), .text("b"))[0]?["lines"]?.array?.count == 2)
        #expect(changes(.text("a"), .text("a")) == [])
    }

    @Test(
        arguments: [
            (#"{"json":{"a":1}}"#, LetterBody.json(["a": 1])), (#"{"text":"x"}"#, .text("x")),
            (#"{"hex":"00 ff"}"#, .bytes([0, 255])), (#"{"base64":"AQI="}"#, .bytes([1, 2])), (#"{"hex":"0"}"#, nil),
            (#"{"hex":"zz"}"#, nil), (#"{"text":1}"#, nil), (#"{"json":1,"text":"x"}"#, nil), (#"{"other":1}"#, nil),
            ("5", nil),
        ] as [(String, LetterBody?)])
    func `a body is one of four forms`(_ text: String, _ body: LetterBody?) throws {
        #expect(LetterBody(shown: try JSON(parsing: text)) == body)
    }

    @Test func `an edit is read strictly, and what only a redrive says is not for editing`() throws {
        let body: JSON = ["headers": ["ce_type": "x", "gone": nil], "body": ["text": "y"], "reason": "z"]
        let edit = try LetterEdit.read(body).get()
        #expect(edit.headers.map(\.name) == ["ce_type", "gone"] && edit.headers[1].value == nil)
        #expect(edit.body == .text("y") && edit.reason == "z" && !edit.isEmpty)
        #expect(try LetterEdit.read([:]).get().isEmpty)
        let faulty: JSON = [
            "headers": ["CE_Tenant": "other", "a b": "x", "n": 5, "z": "a\u{0}b"], "body": "text", "more": 1,
        ]
        guard case .failure(let faults) = LetterEdit.read(faulty) else {
            Issue.record("taken")
            return
        }
        #expect(
            faults.list.map(\.pointer.description) == [
                "/more", "/headers/CE_Tenant", "/headers/a b", "/headers/n", "/headers/z", "/body",
            ])
    }

    @Test func `a redrive of many has its defaults, and every fault is told`() throws {
        let plain = try RedriveRequest.read([:]).get()
        #expect(plain.rate == 10 && plain.stopAfter == 3 && plain.limit == 10_000 && plain.filter == LetterFilter())
        let asked = try RedriveRequest.read([
            "filter": ["code": "MS0002", "since": "2026-01-01T00:00:00Z"], "rate": 0.5, "stopAfter": 1,
        ]).get()
        #expect(asked.filter.json == ["code": "MS0002", "since": "2026-01-01T00:00:00Z"])
        let faulty: JSON = [
            "filter": ["code": 5, "until": "soon", "state": "open"], "rate": 0, "stopAfter": 0, "limit": "all",
        ]
        guard case .failure(let faults) = RedriveRequest.read(faulty) else {
            Issue.record("taken")
            return
        }
        #expect(
            faults.list.map(\.pointer.description) == [
                "/rate", "/stopAfter", "/limit", "/filter/code", "/filter/until", "/filter/state",
            ])
    }

    @Test(
        arguments: [
            (["executionId": "e", "taskId": "e:1"], nil, "e", nil), (["executionId": "e"], nil, "e:1", nil),
            (["executionId": "v"], nil, "e", "/executionId"), (["taskId": "ee:1"], nil, "e", "/taskId"),
            (["parent": ["executionId": "v"]], nil, "e", "/parent/executionId"),
            (["parent": ["executionId": "v"]], ["parent": ["executionId": "v"]], "e", nil),
            (["list": [["approvalId": "v:1"]]], ["a": 1], "e", "/list/0/approvalId"),
            (["input": ["json": ["executionId": "v"]]], nil, "e", nil), (["commandId": "v"], nil, "e", nil),
        ] as [(JSON, JSON?, String, String?)])
    func `an edited body speaks of its key, or of what the message spoke of`(
        _ body: JSON, _ original: JSON?, _ key: String, _ foreign: String?
    ) {
        #expect(LetterIdentity.foreign(in: body, original: original, key: key)?.description == foreign)
    }
}
