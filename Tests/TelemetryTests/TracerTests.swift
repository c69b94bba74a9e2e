import Core
import Synchronization
import Testing

@testable import Telemetry

private struct Refused: Error {}

private final class Bodies: Sendable {
    private let all = Mutex<[[UInt8]]>([])
    func append(_ body: [UInt8]) { all.withLock { $0.append(body) } }
    var json: [JSON] { all.withLock { $0 }.compactMap { try? JSON(parsing: $0) } }
}

@Suite("Tracing")
struct TracerTests {
    private let bodies = Bodies()
    private let start = Instant(microseconds: 1_700_000_000_000_001)

    private func tracer(limit: Int = 10, batch: Int = 4) -> Tracer {
        Tracer(
            service: "demo", instance: "i", exporter: { [bodies] in bodies.append($0) }, limit: limit, batch: batch)
    }

    @Test(
        "A traceparent is read strictly",
        arguments: [
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
            ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future", true),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
            ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false), ("", false), ("00-1-2-01", false),
        ])
    func traceparent(text: String, isValid: Bool) { #expect((TraceContext(traceparent: text) != nil) == isValid) }

    @Test("A context survives its header; a child keeps the trace")
    func contexts() {
        let root = TraceContext.new()
        #expect(TraceContext(traceparent: root.traceparent) == root)
        #expect(root.child().traceID == root.traceID)
        #expect(root.child().spanID != root.spanID)
    }

    @Test("A span is encoded as OTLP's JSON wants it")
    func encoding() async throws {
        let tracer = tracer()
        let parent = TraceContext.new()
        let context = tracer.span(
            "run", parent: parent, kind: .consumer, attributes: [.attempt: 2, .topic: "t"], start: start,
            end: start + .milliseconds(3), status: .failed("timeout"))
        #expect(try await tracer.flush() == 1)
        let resource = try #require(bodies.json.first?["resourceSpans"]?[0])
        #expect(resource["resource"]?["attributes"]?[0] == ["key": "service.name", "value": ["stringValue": "demo"]])
        #expect(
            resource["scopeSpans"]?[0]?["spans"]?[0] == [
                "traceId": .string(parent.traceID), "spanId": .string(context.spanID),
                "parentSpanId": .string(parent.spanID), "name": "run", "kind": 5,
                "startTimeUnixNano": "1700000000000001000", "endTimeUnixNano": "1700000000003001000",
                "attributes": [
                    ["key": "attempt", "value": ["intValue": "2"]], ["key": "topic", "value": ["stringValue": "t"]],
                ], "status": ["code": 2, "message": "timeout"],
            ])
    }

    @Test("Spans go out in batches; the queue is bounded and counts what it drops")
    func bounds() async throws {
        let tracer = tracer()
        for _ in 0..<13 { tracer.span("s", start: start, end: start) }
        #expect(tracer.dropped == 3)
        #expect(try await tracer.flush() == 10)
        #expect(bodies.json.map { $0["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.array?.count } == [4, 4, 2])
    }

    @Test("A batch that the receiver refuses is dropped and counted, the rest stays")
    func refusal() async throws {
        let isRefusing = Mutex(true)
        let tracer = Tracer(
            service: "demo", instance: "i",
            exporter: { _ in
                if isRefusing.withLock({ $0 }) { throw Refused() }
            }, batch: 2)
        for _ in 0..<3 { tracer.span("s", start: start, end: start) }
        await #expect(throws: Refused.self) { try await tracer.flush() }
        isRefusing.withLock { $0 = false }
        #expect(tracer.dropped == 2)
        #expect(try await tracer.flush() == 1)
    }

    @Test("Unsampled traces and a tracer that is off record nothing")
    func off() async throws {
        let tracer = tracer()
        tracer.span("s", parent: .new(sampled: false), start: start, end: start)
        #expect(try await tracer.flush() == 0)
        #expect(!Tracer.off.isOn)
    }
}
