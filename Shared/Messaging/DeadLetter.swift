import Contracts
import Core
import Kafka

/// A record that nobody could take, with the reason.
struct DeadLetter {
    var record: KafkaRecord
    var code: ErrorCode
    var cause: String
    var attempts: Int

    init(_ record: KafkaRecord, code: ErrorCode, cause: String, attempts: Int) {
        (self.record, self.code, self.cause, self.attempts) = (record, code, cause.withoutNUL, attempts)
    }

    func id(service: String) -> String { "\(service)/\(record.topic)/\(record.partition)/\(record.offset)" }

    /// The tenant that the record names, if it names one that can be read, else `fallback`.
    func tenant(or fallback: String) -> String {
        record.headers.first { $0.name == "ce_tenant" }.flatMap { String(validating: $0.value, as: UTF8.self) }?
            .withoutNUL ?? fallback
    }

    /// The key of the message about it: the record's own where that is text, so that what died together stays together.
    func key(service: String) -> String {
        let own = record.key.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        return own.isEmpty || own.hasNUL ? id(service: service) : own
    }

    func message(service: String, now: Instant) -> DeadlettersV1.MessageDied {
        DeadlettersV1.MessageDied(
            deadLetterID: id(service: service), service: service, topic: record.topic, partition: record.partition,
            offset: record.offset, key: record.key ?? [], value: record.value ?? [],
            headers: record.headers.map { DeadlettersV1.Header(name: $0.name, value: $0.value) }, code: code.rawValue,
            cause: cause, attempts: Int32(clamping: attempts), diedUs: now.microseconds)
    }
}
