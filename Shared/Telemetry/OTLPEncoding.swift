import Core

/// `ExportTraceServiceRequest` in OTLP's JSON form: ids in hex, 64-bit numbers as strings, enums as numbers.
enum OTLPEncoding {
    static func body(_ spans: [Span], resource: [(LogKey, JSON)]) -> [UInt8] {
        let scope: JSON = ["scope": ["name": "cadenza"], "spans": .array(spans.map(json))]
        let request: JSON = [
            "resourceSpans": [["resource": ["attributes": attributes(resource)], "scopeSpans": [scope]]]
        ]
        return request.bytes()
    }

    private static func json(_ span: Span) -> JSON {
        var object = JSONObject()
        object["traceId"] = .string(span.context.traceID)
        object["spanId"] = .string(span.context.spanID)
        if let parent = span.parentSpanID { object["parentSpanId"] = .string(parent) }
        object["name"] = .string(span.name)
        object["kind"] = .integer(Int64(span.kind.rawValue))
        object["startTimeUnixNano"] = .string(nanoseconds(span.start))
        object["endTimeUnixNano"] = .string(nanoseconds(span.end))
        object["attributes"] = attributes(span.attributes)
        switch span.status {
        case .unset: break
        case .ok: object["status"] = ["code": 1]
        case .failed(let message): object["status"] = ["code": 2, "message": .string(message)]
        }
        return .object(object)
    }

    private static func nanoseconds(_ instant: Instant) -> String { "\(max(0, instant.microseconds))000" }

    private static func attributes(_ pairs: [(LogKey, JSON)]) -> JSON {
        .array(pairs.map { ["key": .string($0.0.rawValue), "value": value(Logger.shown($0.0, $0.1))] })
    }

    private static func value(_ value: JSON) -> JSON {
        switch value {
        case .bool(let flag): ["boolValue": .bool(flag)]
        case .integer(let number): ["intValue": .string(String(number))]
        case .number(let number): ["doubleValue": .number(number)]
        case .string(let text): ["stringValue": .string(text)]
        case .null, .array, .object: ["stringValue": .string(value.text())]
        }
    }
}
