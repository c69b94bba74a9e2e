/// Where a piece of work stands in a trace (W3C Trace Context, version 00).
public struct TraceContext: Sendable, Hashable {
    /// The trace: 32 lower-case hex digits, not all zero.
    public let traceID: String
    /// The span: 16 lower-case hex digits, not all zero.
    public let spanID: String
    /// Whether the trace is recorded.
    public let sampled: Bool

    private init(traceID: String, spanID: String, sampled: Bool) {
        (self.traceID, self.spanID, self.sampled) = (traceID, spanID, sampled)
    }

    /// Reads a `traceparent` header; nil when it is malformed.
    public init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), parts[1].contains(where: { $0 != "0" }), Self.isHex(parts[2], 16),
            parts[2].contains(where: { $0 != "0" }), Self.isHex(parts[3], 2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), spanID: String(parts[2]), sampled: flags & 1 == 1)
    }

    /// The `traceparent` header's value.
    public var traceparent: String { "00-\(traceID)-\(spanID)-\(sampled ? "01" : "00")" }

    /// The root of a new trace.
    public static func new(sampled: Bool = true) -> TraceContext {
        TraceContext(traceID: randomHex() + randomHex(), spanID: randomHex(), sampled: sampled)
    }

    /// A new span in the same trace.
    public func child() -> TraceContext {
        TraceContext(traceID: traceID, spanID: Self.randomHex(), sampled: sampled)
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// 16 digits, not all zero.
    private static func randomHex() -> String {
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
