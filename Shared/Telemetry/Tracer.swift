public import Core
import Synchronization

/// Collects finished spans and hands them on in batches, encoded for OTLP over HTTP with JSON.
///
/// Without an exporter it is off and costs a comparison. The queue is bounded: spans that find it full are dropped and
/// counted, for a trace is worth less than the work it describes.
public final class Tracer: Sendable {
    /// Sends one body to `<endpoint>/v1/traces`; throws when it was not taken.
    public typealias Exporter = @Sendable ([UInt8]) async throws -> Void

    private struct Queue {
        var spans: [Span] = []
        var dropped = 0
    }

    private let exporter: Exporter?
    private let resource: [(LogKey, JSON)]
    private let limit: Int
    private let batch: Int
    private let queue = Mutex(Queue())

    /// A tracer for one process. `limit` bounds the queue, `batch` one request.
    public init(
        service: String, instance: String, exporter: Exporter?, limit: Int = 4096, batch: Int = 512
    ) {
        (self.exporter, self.limit, self.batch) = (exporter, limit, batch)
        resource = [(.serviceName, .string(service)), (.serviceInstance, .string(instance))]
    }

    /// A tracer that records nothing.
    public static let off = Tracer(service: "", instance: "", exporter: nil)

    /// Whether spans go anywhere.
    public var isOn: Bool { exporter != nil }

    /// Spans dropped since the start because the queue was full or the receiver refused.
    public var dropped: Int { queue.withLock { $0.dropped } }

    /// Records a finished span and returns its context. Give `context` when children or messages already carry it;
    /// otherwise it is a new child of `parent`, or a new trace without one.
    @discardableResult
    public func span(
        _ name: String, context: TraceContext? = nil, parent: TraceContext? = nil, kind: Span.Kind = .internal,
        attributes: KeyValuePairs<LogKey, JSON> = [:], start: Instant, end: Instant, status: Span.Status = .unset
    ) -> TraceContext {
        let context = context ?? parent?.child() ?? .new()
        guard exporter != nil, context.sampled else { return context }
        let span = Span(
            name: name, context: context, parentSpanID: parent?.spanID, kind: kind,
            attributes: attributes.map { ($0.key, $0.value) }, start: start, end: end, status: status)
        queue.withLock { queue in
            if queue.spans.count < limit { queue.spans.append(span) } else { queue.dropped += 1 }
        }
        return context
    }

    /// Exports what waits, batch by batch, and returns how many spans went out. Rethrows the exporter's first error;
    /// the batch concerned is dropped and counted, the rest stays.
    @discardableResult
    public func flush() async throws -> Int {
        guard let exporter else { return 0 }
        var sent = 0
        while true {
            let spans = queue.withLock { queue in
                let spans = Array(queue.spans.prefix(batch))
                queue.spans.removeFirst(spans.count)
                return spans
            }
            guard !spans.isEmpty else { return sent }
            do {
                try await exporter(OTLPEncoding.body(spans, resource: resource))
            } catch {
                queue.withLock { $0.dropped += spans.count }
                throw error
            }
            sent += spans.count
        }
    }
}
