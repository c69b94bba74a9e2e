public import Core

extension Outbound {
    /// A CloudEvent in structured mode: `event` is the whole of it, its attributes beside its data, and `id` its id.
    public init(topic: Topic, key: String, id: String, structured event: JSONObjectText) {
        let envelope = Envelope(id: id, type: "", source: "", time: Instant(microseconds: 0), tenant: "")
        self.init(
            topic: topic, key: key, envelope: envelope, contentType: "application/cloudevents+json; charset=UTF-8",
            body: event.bytes())
    }
}
