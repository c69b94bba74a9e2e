import Core
import GatewayDomain
import Testing

@Suite("Reading requests strictly")
struct RequestReaderTests {
    private func faults(_ text: String) throws -> [String] {
        var reader = RequestReader(try JSON(parsing: text))
        _ = reader.text("name", required: true, limit: 5)
        _ = reader.choice("decision", of: ["approve", "reject"])
        _ = reader.members("input")
        return reader.finish().map(\.description)
    }

    @Test(arguments: [
        (#"{"name":"a","decision":"approve"}"#, []),
        (#"[1]"#, ["the body: found array, expected object"]),
        (
            #"{"name":1,"decision":"maybe","input":[],"more":1,"a/b":2}"#,
            [
                "/name: found number, expected string",
                "/decision: found another string, expected one of approve, reject",
                "/input: found array, expected object",
                "/more: found an unknown member, expected only name, decision, input",
                "/a~1b: found an unknown member, expected only name, decision, input",
            ]
        ),
        (
            #"{"name":"","input":{}}"#,
            [
                "/name: found an empty string, expected a string with at least one character",
                "/decision: found nothing, expected one of approve, reject",
            ]
        ),
        (#"{"name":"abcdef","decision":"reject"}"#, ["/name: found 6 characters, expected at most 5"]),
    ])
    func `every fault is told at once with its place`(_ text: String, _ expected: [String]) throws {
        let found = try faults(text).filter { !$0.contains("the body") || expected.contains($0) }
        for fault in expected { #expect(found.contains(fault)) }
        if expected.isEmpty { #expect(found.isEmpty) }
    }
}

@Suite("Cursors and base64")
struct PageCursorTests {
    @Test func `a cursor comes back as it was given`() {
        for id in ["", "a", "0199-x", "insurance/claim:1.0.0", "ä.ö"] {
            let cursor = PageCursor(time: Instant(microseconds: 1_700_000_000_123_456), id: id)
            #expect(PageCursor(cursor.text) == cursor)
            #expect(!cursor.text.contains("=") && !cursor.text.contains("/") && !cursor.text.contains("+"))
        }
    }

    @Test(arguments: ["", "!", "abc", "AAAA", "x".padding(7), "MTIz"])
    func `what is no cursor is refused`(_ text: String) { #expect(PageCursor(text) == nil) }

    @Test func `base64 follows the test vectors of its RFC`() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "foobar": "Zm9vYmFy"]
        for (plain, encoded) in vectors.sorted(by: { $0.key < $1.key }) {
            #expect(Base64.text(Array(plain.utf8)) == encoded)
            #expect(Base64.decoded(encoded) == Array(plain.utf8))
        }
        var random = SplitMix64(seed: 7)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decoded(Base64.url(bytes)) == bytes)
        }
    }
}

extension String {
    fileprivate func padding(_ count: Int) -> String { String(repeating: self, count: count) }
}

@Suite("Rate limits")
struct TokenBucketTests {
    @Test func `no more passes than burst and rate allow, and a wait that is kept is enough`() {
        for seed in 0..<50 {
            var random = SplitMix64(seed: UInt64(seed))
            let rate = Double.random(in: 0.5...50, using: &random)
            let burst = Double(Int.random(in: 1...20, using: &random))
            let start = Instant(milliseconds: 0)
            var now = start
            var bucket = TokenBucket(rate: rate, burst: burst, now: now)
            var passed = 0
            for _ in 0..<200 {
                now = now + .milliseconds(Int.random(in: 0...200, using: &random))
                guard let wait = bucket.take(at: now) else {
                    passed += 1
                    continue
                }
                var later = bucket
                let second = later.take(at: now + wait)
                #expect(second == nil)
            }
            let seconds = Double((now - start).wholeMicroseconds) / 1e6
            #expect(Double(passed) <= burst + seconds * rate + 1e-6)
        }
    }

    @Test func `a clock that is put back gives nothing away, and time goes on from there`() {
        var bucket = TokenBucket(rate: 1, burst: 1, now: Instant(milliseconds: 3_600_000))
        let waits = [3_600_000, 10_000, 10_500, 11_100].map { bucket.take(at: Instant(milliseconds: $0)) }
        #expect(waits.map { $0 == nil } == [true, false, false, true])
    }
}

@Suite("Decisions of the gateway")
struct GatewayDecisionTests {
    @Test func `a key proceeds once, replays the same request, and refuses another`() {
        let answer = IdempotencyDecision.StoredAnswer(requestDigest: "d", status: 202, body: [1])
        #expect(IdempotencyDecision(stored: nil, requestDigest: "d") == .proceed)
        #expect(IdempotencyDecision(stored: answer, requestDigest: "d") == .replay(answer))
        #expect(IdempotencyDecision(stored: answer, requestDigest: "e") == .mismatch)
        for key in ["", " ", "a b", "ä", String(repeating: "k", count: 201)] {
            #expect(!IdempotencyDecision.isValid(key: key))
        }
        #expect(IdempotencyDecision.isValid(key: "claim-0001/x"))
    }

    @Test func `roles carry rights, other roles none`() {
        func rights(_ roles: [String]) -> [Caller.Right] {
            let caller = Caller(tenant: "t", name: "n", roles: roles)
            return Caller.Right.allCases.filter { caller.may($0) }
        }
        #expect(rights(["admin"]) == [.read, .write, .approve, .mend])
        #expect(rights(["operator"]) == [.read, .write])
        #expect(rights(["approver"]) == [.read, .approve])
        #expect(rights(["viewer"]) == [.read])
        #expect(rights(["claims-lead"]) == [])
    }

    @Test func `an execution follows its events, and repeats change nothing`() {
        var execution = ExecutionProjection()
        func apply(_ sequence: Int, _ kind: String, _ status: String, _ body: JSON = [:]) -> Bool {
            execution.apply(
                sequence: sequence, kind: kind, status: status, time: Instant(milliseconds: Int64(sequence)), body: body
            )
        }
        #expect(apply(1, "executionStarted", "running"))
        #expect(apply(2, "taskCompleted", "running", ["output": ["a": 1]]))
        #expect(apply(3, "taskCompleted", "running"))
        #expect(!apply(2, "taskCompleted", "running", ["output": 7]))
        #expect(apply(4, "executionCompleted", "completed"))
        #expect(execution.output == ["a": 1] && execution.hasEnded && execution.status == "completed")
        #expect(execution.endedAt == Instant(milliseconds: 4))
        let isLate = execution.refuse(Rejection(.notFound, "OR0001", "late"), at: Instant(milliseconds: 5))
        #expect(!isLate)
        var refused = ExecutionProjection()
        let isRefused = refused.refuse(Rejection(.notFound, "OR0001", "no such"), at: Instant(milliseconds: 5))
        #expect(isRefused)
        #expect(refused.status == "faulted" && refused.fault?["status"] == 404)
    }

    @Test func `an outside event is taken in both modes, and refused with every fault`() throws {
        let text =
            #"{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"x":1},"time":"2026-01-01T00:00:00Z"}"#
        let structured = try IncomingEvent.structured(try JSON(parsing: text)).get()
        #expect(structured.data == Array(#"{"x":1}"#.utf8) && structured.time != nil)
        let binary = try IncomingEvent.binary(
            attribute: { ["specversion": "1.0", "id": "1", "source": "s", "type": "t"][$0] }, contentType: "text/plain",
            data: [65]
        ).get()
        #expect(binary.contentType == "text/plain" && binary.data == [65])
        guard case .failure(let faults) = IncomingEvent.structured(["id": 5, "time": "soon"]) else {
            Issue.record("it was taken")
            return
        }
        let places = Set(faults.list.map(\.pointer.description))
        #expect(places == ["/id", "/source", "/type", "/specversion", "/time"])
    }

    @Test func `a policy's name and version are needed and checked`() throws {
        #expect(try PolicyHead.read(["name": "claims/assess", "version": "1.0.0"]).get().name == "claims/assess")
        guard case .failure(let faults) = PolicyHead.read(["name": "Claims", "version": 1]) else {
            Issue.record("it was taken")
            return
        }
        #expect(faults.list.map(\.pointer.description) == ["/name", "/version"])
        #expect(ResourceName.isLabel("a-1") && !ResourceName.isLabel("-a") && !ResourceName.isLabel("A"))
    }
}
