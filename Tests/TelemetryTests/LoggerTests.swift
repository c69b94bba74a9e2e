import Core
import Synchronization
import Testing

@testable import Telemetry

private struct FixedClock: WallClock {
    func now() -> Instant { Instant(microseconds: 0) }
    func sleep(until instant: Instant) async throws {}
}

private final class Lines: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

@Suite("The logger")
struct LoggerTests {
    private let lines = Lines()

    private func logger(_ level: LogLevel = .debug) -> Logger {
        Logger(service: "demo", level: level, clock: FixedClock()) { [lines] in lines.append($0) }
    }

    @Test("A line is one JSON object with the fields in their order")
    func line() throws {
        let trace = try #require(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        logger().with([.tenant: "acme"]).warning("Partition lost", [.partition: 3, .topic: "a\nb"], trace: trace)
        #expect(
            lines.text == """
                {"time":"1970-01-01T00:00:00Z","level":"warning","service":"demo","message":"Partition lost",\
                "trace.id":"0af7651916cd43dd8448eb211c80319c","span.id":"b7ad6b7169203331",\
                "tenant":"acme","partition":3,"topic":"a\\nb"}

                """)
    }

    @Test("Lines below the level are neither written nor computed")
    func level() {
        var computed = false
        func message() -> String {
            computed = true
            return "x"
        }
        logger(.warning).info(message())
        #expect(lines.text.isEmpty)
        #expect(!computed)
    }

    @Test("Values of personal keys are digests, equal for equal values")
    func personal() throws {
        logger().info("Decided", [.actor: "ann@example.com"])
        #expect(!lines.text.contains("ann"))
        let first = try JSON(parsing: lines.text)["actor"]
        #expect(first?.string?.hasPrefix("#") == true)
        #expect(Logger.shown(.actor, "ann@example.com") == first)
        #expect(Logger.shown(.actor, "bob@example.com") != first)
    }

    @Test("Long texts are cut")
    func cut() throws {
        logger().info("m", [.reason: .string(String(repeating: "é", count: 5000))])
        #expect(lines.text.utf8.count < 2300)
        #expect(throws: Never.self) { try JSON(parsing: lines.text) }
    }

    @Test("Keys are dotted lower-case words, each once")
    func keys() {
        for key in LogKey.allCases {
            #expect(key.rawValue.allSatisfy { $0.isLowercase || $0 == "." }, "\(key.rawValue)")
        }
    }
}
