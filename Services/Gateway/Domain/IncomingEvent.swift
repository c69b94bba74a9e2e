public import Core

/// A CloudEvent 1.0 from outside, checked.
public struct IncomingEvent: Sendable, Hashable {
    /// Unique together with `source`.
    public let id: String
    /// Who says so.
    public let source: String
    /// What happened.
    public let type: String
    /// What it is about.
    public let subject: String?
    /// When it happened, if it says.
    public let time: Instant?
    /// What it belongs to, if it says.
    public let correlationID: String?
    /// The media type of `data`.
    public let contentType: String
    /// The content.
    public let data: [UInt8]
    /// Attributes that CloudEvents does not name.
    public let extensions: [String: String]

    /// An event from its parts.
    public init(
        id: String, source: String, type: String, subject: String? = nil, time: Instant? = nil,
        correlationID: String? = nil, contentType: String, data: [UInt8], extensions: [String: String] = [:]
    ) {
        (self.id, self.source, self.type, self.subject, self.time) = (id, source, type, subject, time)
        (self.correlationID, self.contentType, self.data) = (correlationID, contentType, data)
        self.extensions = extensions
    }

    private static let known: Set<String> = [
        "specversion", "id", "source", "type", "subject", "time", "correlationid", "datacontenttype", "data",
        "data_base64", "tenant", "causationid", "traceparent", "redrives", "redrivefor",
    ]

    /// The attributes among `names` that CloudEvents does not name.
    private static func extensions(_ all: some Sequence<(String, String)>) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in all where !known.contains(name) && value.utf8.count <= 4096 { found[name] = value }
        return found
    }

    /// Reads structured mode. Gives the event, or all faults.
    public static func structured(_ body: JSON) -> Result<IncomingEvent, RequestFaults> {
        guard let object = body.object else {
            return .failure(RequestFaults([RequestFault(at: JSONPointer(), found: body.kind, expected: "object")]))
        }
        var faults: [RequestFault] = []
        func text(_ name: String) -> String? {
            guard let value = object[name] else { return nil }
            if value.string == nil {
                faults.append(RequestFault(at: JSONPointer([name]), found: value.kind, expected: "string"))
            }
            return value.string
        }
        var data = object["data"]?.bytes() ?? []
        if let encoded = text("data_base64") {
            guard let bytes = Base64.decoded(encoded), object["data"] == nil else {
                let fault = RequestFault(
                    at: JSONPointer(["data_base64"]), found: "something else", expected: "base64, and no data beside it"
                )
                return .failure(RequestFaults([fault]))
            }
            data = bytes
        }
        var more: [RequestFault] = []
        let event = make(
            { text($0) }, contentType: text("datacontenttype") ?? "application/json", data: data,
            extensions: extensions(
                object.filter { !$0.value.isNull }.map { ($0.key, $0.value.string ?? $0.value.text()) }),
            &more)
        faults += more
        return faults.isEmpty ? .success(event) : .failure(RequestFaults(faults))
    }

    /// Reads binary mode: `attribute` gives the value of the header `ce-<name>`.
    public static func binary(
        attribute: (String) -> String?, others: [(String, String)] = [], contentType: String?, data: [UInt8]
    ) -> Result<IncomingEvent, RequestFaults> {
        var faults: [RequestFault] = []
        let event = make(
            attribute, contentType: contentType ?? "application/json", data: data,
            extensions: extensions(others), &faults)
        return faults.isEmpty ? .success(event) : .failure(RequestFaults(faults))
    }

    private static func make(
        _ attribute: (String) -> String?, contentType: String, data: [UInt8], extensions: [String: String],
        _ faults: inout [RequestFault]
    ) -> IncomingEvent {
        var found: [RequestFault] = []
        func required(_ name: String) -> String {
            let value = attribute(name) ?? ""
            if value.isEmpty {
                found.append(RequestFault(at: JSONPointer([name]), found: "nothing", expected: "a non-empty string"))
            } else if value.utf8.count > 512 {
                found.append(
                    RequestFault(at: JSONPointer([name]), found: "a long string", expected: "at most 512 bytes"))
            }
            return value
        }
        if required("specversion") != "1.0", found.isEmpty {
            found.append(RequestFault(at: JSONPointer(["specversion"]), found: "another version", expected: "1.0"))
        }
        var time: Instant?
        if let text = attribute("time") {
            time = Instant(text)
            if time == nil {
                found.append(
                    RequestFault(at: JSONPointer(["time"]), found: "something else", expected: "an RFC 3339 time"))
            }
        }
        let event = IncomingEvent(
            id: required("id"), source: required("source"), type: required("type"), subject: attribute("subject"),
            time: time, correlationID: attribute("correlationid"), contentType: contentType, data: data,
            extensions: extensions)
        faults += found
        return event
    }
}
