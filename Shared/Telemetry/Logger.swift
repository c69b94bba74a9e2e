public import Core
import Glibc
import Synchronization

/// Writes one JSON object a line. Made by the process's start and passed in; cheap to copy.
///
/// What varies belongs in fields, so that lines can be searched by key; the message says what happened. Texts are cut
/// at `maximumText` bytes, values of personal keys become digests, and no key exists for bodies or credentials.
public struct Logger: Sendable {
    /// The longest text of a message or a field, in UTF-8 bytes.
    public static let maximumText = 2048

    /// The least level that is written.
    public let level: LogLevel
    private let service: String
    private let clock: any WallClock
    private let sink: @Sendable ([UInt8]) -> Void
    private var bound: [(LogKey, JSON)] = []

    /// A logger for `service`. The `sink` takes whole lines, with their line feed, from any thread.
    public init(
        service: String, level: LogLevel = .info, clock: any WallClock = SystemClock(),
        sink: @escaping @Sendable ([UInt8]) -> Void = Logger.standardError
    ) {
        (self.service, self.level, self.clock, self.sink) = (service, level, clock, sink)
    }

    /// A logger that writes nothing.
    public static let silent = Logger(service: "", level: .error, sink: { _ in })

    /// Writes to the process's standard error, whole lines at a time.
    public static let standardError: @Sendable ([UInt8]) -> Void = { line in
        standardErrorLock.withLock { _ in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                // Nobody reads our errors: nothing sensible is left to do with the line.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// A logger that adds `fields` to each line.
    public func with(_ fields: KeyValuePairs<LogKey, JSON>) -> Logger {
        var logger = self
        logger.bound += fields.map { ($0.key, $0.value) }
        return logger
    }

    /// Writes a line if `level` is not below the logger's own.
    public func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:],
        trace: TraceContext? = nil
    ) {
        guard level >= self.level else { return }
        var line = JSONObject()
        line["time"] = .string(clock.now().description)
        line["level"] = .string(level.rawValue)
        line["service"] = .string(service)
        line["message"] = .string(Self.cut(message()))
        if let trace {
            line["trace.id"] = .string(trace.traceID)
            line["span.id"] = .string(trace.spanID)
        }
        for (key, value) in bound { line[key.rawValue] = Self.shown(key, value) }
        for (key, value) in fields { line[key.rawValue] = Self.shown(key, value) }
        sink(JSON.object(line).bytes() + [UInt8(ascii: "\n")])
    }

    /// See `log`.
    public func debug(
        _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:], trace: TraceContext? = nil
    ) { log(.debug, message(), fields, trace: trace) }

    /// See `log`.
    public func info(
        _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:], trace: TraceContext? = nil
    ) { log(.info, message(), fields, trace: trace) }

    /// See `log`.
    public func notice(
        _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:], trace: TraceContext? = nil
    ) { log(.notice, message(), fields, trace: trace) }

    /// See `log`.
    public func warning(
        _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:], trace: TraceContext? = nil
    ) { log(.warning, message(), fields, trace: trace) }

    /// See `log`.
    public func error(
        _ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogKey, JSON> = [:], trace: TraceContext? = nil
    ) { log(.error, message(), fields, trace: trace) }

    static func shown(_ key: LogKey, _ value: JSON) -> JSON {
        if key.isPersonal { return .string("#" + String(stableHash(value.text(.canonical)), radix: 16)) }
        guard case .string(let text) = value else {
            // A structure is not for logs beyond what fits a text.
            return value.array == nil && value.object == nil ? value : .string(cut(value.text()))
        }
        return .string(cut(text))
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumText else { return text }
        return String(decoding: text.utf8.prefix(maximumText), as: UTF8.self) + "…"
    }
}

private let standardErrorLock = Mutex<Void>(())
