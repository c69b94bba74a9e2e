import Telemetry

/// What a processor measures.
struct ProcessorMeters: Sendable {
    private let messages: Counter
    private let sizes: Histogram
    private let durations: Histogram

    init(_ metrics: Metrics) {
        messages = metrics.counter(.messagesHandled, "Messages that took effect or were put aside.")
        sizes = metrics.histogram(.messageBatch, "Messages in one transaction.", buckets: Histogram.counts)
        durations = metrics.histogram(.messageDuration, "From poll to commit.")
    }

    func handled(_ count: Int, in duration: Duration) {
        messages.increment(by: count)
        sizes.observe(Double(count))
        durations.observe(duration)
    }
}
