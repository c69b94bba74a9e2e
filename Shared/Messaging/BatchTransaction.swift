import Contracts
import Core
import Kafka
import Postgres
import Telemetry

/// The transaction of one poll.
struct BatchTransaction: Sendable {
    /// How it ended.
    enum Outcome: Sendable {
        /// Committed.
        case done
        /// Rolled back, because these partitions do not stand where we thought.
        case notOurs(Set<TopicPartition>)
    }

    /// Rolls the transaction back.
    private struct NotOurs: Error { var partitions: Set<TopicPartition> }

    /// Tries of a single message before it is put aside, when its error does not say that it never will work.
    static let tries = 2

    let handler: any BatchHandler
    let outbox: Outbox
    let telemetry: Telemetry

    /// Puts a batch through: all at once, and if that fails for good, one by one. Throws retriable errors only, and
    /// `CancellationError`.
    func run(_ batch: PartitionBatch) async throws -> Outcome {
        let (messages, unreadable) = read(batch.records)
        let start = outbox.clock.now()
        let outcome = try await put(batch, messages, unreadable)
        if case .done = outcome, telemetry.tracer.isOn { trace(messages, from: start) }
        return outcome
    }

    /// A span for each message, from the poll to the commit, in the trace that it came with.
    private func trace(_ messages: [Inbound], from start: Instant) {
        let end = outbox.clock.now()
        for message in messages {
            guard let parent = message.envelope.traceparent.flatMap(TraceContext.init(traceparent:)) else { continue }
            telemetry.tracer.span(
                "process \(message.envelope.type)", parent: parent, kind: .consumer,
                attributes: [
                    .topic: .string(message.topic.rawValue), .partition: .integer(Int64(message.partition)),
                    .offset: .integer(message.offset), .messageID: .string(message.envelope.id),
                ], start: start, end: end, status: .ok)
        }
    }

    private func put(
        _ batch: PartitionBatch, _ messages: [Inbound], _ unreadable: [DeadLetter]
    ) async throws -> Outcome {
        do {
            try await commit(batch, unreadable) { transaction in
                if !messages.isEmpty { try await take(messages, transaction) }
            }
            return .done
        } catch let error as NotOurs {
            return .notOurs(error.partitions)
        } catch let error where isRetriable(error) || error is CancellationError {
            throw error
        } catch {
            telemetry.logger.warning(
                "a batch failed and is taken one by one",
                [.error: .string("\(Self.reason(error))"), .count: .integer(Int64(messages.count))])
        }
        do {
            try await commit(batch, unreadable) { transaction in
                for message in messages { try await single(message, transaction) }
            }
            return .done
        } catch let error as NotOurs {
            return .notOurs(error.partitions)
        }
    }

    private func commit(
        _ batch: PartitionBatch, _ unreadable: [DeadLetter], _ body: (MessageTransaction) async throws -> Void
    ) async throws {
        try await outbox.transaction { transaction in
            // It goes with what the body asks first. Whose the partitions are is known by the end, early enough: what
            // was done for another's is rolled back.
            let advance = InboxTable.advance(batch.claims, on: transaction.connection)
            transaction.numbering = advance
            for letter in unreadable { transaction.add(letter) }
            try await body(transaction)
            let moved = try await InboxTable.moved(advance, on: transaction.connection)
            let others = Set(batch.claims.map(\.partition)).subtracting(moved)
            guard others.isEmpty else { throw NotOurs(partitions: others) }
        }
    }

    /// One message in a savepoint of its own; if it cannot be taken it is put aside and all it did is undone.
    private func single(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        for attempt in 1...Self.tries {
            do {
                try await transaction.attempt { try await take([message], transaction) }
                return
            } catch let error where isRetriable(error) || error is CancellationError {
                throw error
            } catch let poison as Poison {
                transaction.deadLetter(message, code: poison.code, cause: poison.cause, attempts: attempt)
                return
            } catch {
                guard attempt == Self.tries else { continue }
                transaction.deadLetter(message, code: "MS0005", cause: Self.reason(error), attempts: attempt)
            }
        }
    }

    /// Hands messages to the service, and tells of those that had died before and were taken now.
    private func take(_ messages: [Inbound], _ transaction: MessageTransaction) async throws {
        try await handler.handle(messages, transaction)
        let service = outbox.settings.service
        for message in messages where message.envelope.redrive != nil && !transaction.hasPutAside(message) {
            let taken = DeadlettersV1.RedriveTaken(
                messageID: message.envelope.id, service: service, topic: message.record.topic,
                takenUs: transaction.now.microseconds)
            transaction.publish(
                taken, to: .deadLetters, key: message.key.isEmpty ? message.envelope.id : message.key,
                id: "\(message.envelope.id)/taken/\(service)", tenant: message.envelope.tenant,
                causedBy: message.envelope)
        }
    }

    private func read(_ records: [KafkaRecord]) -> (messages: [Inbound], unreadable: [DeadLetter]) {
        var messages: [Inbound] = []
        var unreadable: [DeadLetter] = []
        let prefix = outbox.settings.topicPrefix.utf8.count
        for record in records {
            do {
                let topic = Topic(record.topic.withoutFirst(prefix))
                let message = try Inbound(record, topic: topic, tenant: outbox.settings.tenant)
                if let redrive = message.envelope.redrive, redrive.service != outbox.settings.service { continue }
                messages.append(message)
            } catch {
                unreadable.append(DeadLetter(record, code: "MS0001", cause: error.reason, attempts: 1))
            }
        }
        return (messages, unreadable)
    }

    private static func reason(_ error: any Error) -> String { String("\(error)".prefix(500)) }
}
