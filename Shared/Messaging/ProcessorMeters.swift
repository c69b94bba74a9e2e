import Telemetry

/// What a processor measures.
struct ProcessorMeters: Sendable {
    private let messages: Counter
    private let sizes: Histogram
    private let durations: Histogram
    private let behind: Gauge

    init(_ metrics: Metrics) {
        behind = metrics.gauge(.messageLag, "Records between what was read and the ends of the assigned partitions.")
        messages = metrics.counter(.messagesHandled, "Messages that took effect or were put aside.")
        sizes = metrics.histogram(.messageBatch, "Messages in one transaction.", buckets: Histogram.counts)
        durations = metrics.histogram(.messageDuration, "From poll to commit.")
    }

    func lag(_ records: Int64) { behind.set(Double(records)) }

    func handled(_ count: Int, in duration: Duration) {
        messages.increment(by: count)
        sizes.observe(Double(count))
        durations.observe(duration)
    }
}
