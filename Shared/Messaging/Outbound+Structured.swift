public import Core

extension Outbound {
    /// A CloudEvent in structured mode: its attributes stand in the body, beside its data. `numbers` are attributes
    /// that are whole numbers.
    public init(topic: Topic, key: String, structured envelope: Envelope, numbers: [String: Int] = [:], data: JSON) {
        var event: JSONObject = [
            "specversion": "1.0", "id": .string(envelope.id), "source": .string(envelope.source),
            "type": .string(envelope.type), "time": .string(envelope.time.description),
            "tenant": .string(envelope.tenant),
        ]
        event["subject"] = envelope.subject.map(JSON.string)
        event["correlationid"] = envelope.correlationID.map(JSON.string)
        event["causationid"] = envelope.causationID.map(JSON.string)
        event["traceparent"] = envelope.traceparent.map(JSON.string)
        for (name, value) in envelope.extensions.sorted(by: { $0.key < $1.key }) { event[name] = .string(value) }
        for (name, value) in numbers.sorted(by: { $0.key < $1.key }) { event[name] = .integer(Int64(value)) }
        event["datacontenttype"] = "application/json"
        event["data"] = data
        self.init(
            topic: topic, key: key, envelope: envelope, contentType: "application/cloudevents+json; charset=UTF-8",
            body: JSON.object(event).bytes())
    }
}
