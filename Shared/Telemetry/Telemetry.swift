/// What a part is given to be observed by.
public struct Telemetry: Sendable {
    /// For people.
    public let logger: Logger
    /// For dashboards and alerts.
    public let metrics: Metrics
    /// For following one piece of work through all services.
    public let tracer: Tracer

    /// The three together.
    public init(logger: Logger, metrics: Metrics, tracer: Tracer) {
        (self.logger, self.metrics, self.tracer) = (logger, metrics, tracer)
    }

    /// Writes nothing and exports nothing; its metrics can still be read.
    public static var silent: Telemetry { Telemetry(logger: .silent, metrics: Metrics(), tracer: .off) }
}
