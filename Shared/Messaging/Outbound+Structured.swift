public import Core

extension Outbound {
    /// A CloudEvent in structured mode: its attributes stand in the body, beside its data. `numbers` are attributes
    /// that are whole numbers.
    public init(topic: Topic, key: String, structured envelope: Envelope, numbers: [String: Int] = [:], data: JSON) {
        var event = JSONObject()
        event.reserve(12 + envelope.extensions.count + numbers.count)
        event.append("specversion", "1.0")
        event.append("id", .string(envelope.id))
        event.append("source", .string(envelope.source))
        event.append("type", .string(envelope.type))
        event.append("time", .string(envelope.time.description))
        event.append("tenant", .string(envelope.tenant))
        if let subject = envelope.subject { event.append("subject", .string(subject)) }
        if let id = envelope.correlationID { event.append("correlationid", .string(id)) }
        if let id = envelope.causationID { event.append("causationid", .string(id)) }
        if let context = envelope.traceparent { event.append("traceparent", .string(context)) }
        for (name, value) in envelope.extensions.sorted(by: { $0.key < $1.key }) { event[name] = .string(value) }
        for (name, value) in numbers.sorted(by: { $0.key < $1.key }) { event[name] = .integer(Int64(value)) }
        event["datacontenttype"] = "application/json"
        event["data"] = data
        self.init(
            topic: topic, key: key, envelope: envelope, contentType: "application/cloudevents+json; charset=UTF-8",
            body: JSON.object(event).bytes())
    }
}
