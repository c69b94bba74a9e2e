import AgentWorkerDomain
import Configuration
import Contracts
import Core
import DocumentText
import HTTP
import Kafka
import Lifecycle
import ObjectStore
import Postgres
import ProtoWire
import ServiceKit
import Synchronization
import Telemetry
import TestKit

@testable import AgentWorker
@testable import Messaging

/// Takes what the service publishes.
final class RecordingSink: MessageSink {
    private let messages = Mutex<[KafkaMessage]>([])

    func send(_ messages: [KafkaMessage]) async throws { self.messages.withLock { $0 += messages } }

    /// Forgets what was published so far.
    func clear() { messages.withLock { $0 = [] } }

    /// The published messages of a schema, in order.
    func all<Message: ProtoMessage>(_ type: Message.Type) throws -> [Message] {
        try messages.withLock { $0 }.filter { message in
            message.headers.contains { $0.name == "ce_type" && $0.value == Array(Message.protoName.utf8) }
        }.map { try Message(protoBytes: $0.value ?? []) }
    }
}

/// A completion of the chat API.
func completion(_ text: String) -> HTTPResponse {
    .json([
        "choices": [["message": ["role": "assistant", "content": .string(text)]]],
        "usage": ["prompt_tokens": 7, "completion_tokens": 3],
    ])
}

/// The service's parts on a database of their own, publishing to a recorder.
struct Bench: Sendable {
    let pool: PostgresPool
    let sink: RecordingSink
    let outbox: Outbox
    let objects: FolderObjectStore
    let configuration: AgentWorkerConfiguration

    /// A worker process of this name; its board and itself. One that can die has a pool and an outbox of its own.
    func worker(
        _ name: String, after predecessors: String? = nil, http: HTTPClient = HTTPClient(),
        on own: (pool: PostgresPool, outbox: Outbox)? = nil, telemetry: Telemetry = .silent,
        patience: Patience = Patience(),
        reach: @escaping @Sendable (CrashPoint) async throws -> Void = { _ in }
    ) throws -> (board: TaskBoard, workers: TaskWorkers) {
        let board = TaskBoard(weights: configuration.weights, patience: patience)
        let clock = SystemClock()
        let (pool, outbox) = own ?? (pool, outbox)
        let ledger = TaskLedger(outbox: outbox, instance: name, reach: reach)
        let journal = EffectJournal(ledger: ledger, pool: pool, telemetry: telemetry)
        let clients = try OutsideClients(http, configuration, clock: clock)
        let claims = ClaimCheck(objects: objects)
        let executor = TaskExecutor(
            claims: claims,
            outside: OutsideFunction(
                functions: configuration.functions(clients.calls, clock: clock), journal: journal,
                sendsIdempotencyKeys: configuration.sendsIdempotencyKeys, rules: configuration.effectRules),
            agent: AgentFunction(
                model: ModelClient(client: clients.model, configuration: configuration.model), journal: journal,
                objects: objects, documents: DocumentText(), claims: claims, configuration: configuration,
                telemetry: .silent, clock: clock),
            index: IndexQuestion(outbox: outbox, claims: claims))
        let workers = TaskWorkers(
            board: board, executor: executor, ledger: ledger, pool: pool, claims: claims,
            instance: name, predecessors: predecessors, configuration: configuration, telemetry: .silent,
            clock: clock)
        return (board, workers)
    }

    /// Hands messages to the intake, as one poll; `last` ends the transaction.
    func take(
        _ messages: [any ProtoMessage], on board: TaskBoard = TaskBoard(), parts: Int = 1, tenant: String = "acme",
        last: () async throws -> Void = {}
    ) async throws {
        let claims = ClaimCheck(objects: objects)
        let tasks = TaskIntake(
            topics: [.tasks(lane: "call")], board: board, instance: "intake", lease: configuration.lease)
        let intake = Intake(
            tasks: tasks, answers: AnswerIntake(claims: claims, instance: "intake"),
            decisions: DecisionIntake(board: board, claims: claims),
            inquiries: InquiryIntake(board: board, configuration: configuration, metrics: Metrics()))
        var batch: [Inbound] = []
        for message in messages { batch.append(try inbound(message, offset: Int64(batch.count), tenant: tenant)) }
        try await outbox.transaction { transaction in
            // As a batch that is taken in parts.
            for part in 0..<parts {
                try await intake.handle(batch.indices.filter { $0 % parts == part }.map { batch[$0] }, transaction)
            }
            try await last()
        }
    }

    private func inbound<Message: ProtoMessage>(
        _ message: Message, offset: Int64, tenant: String
    ) throws -> Inbound {
        let envelope = Envelope(
            id: "m\(offset)", type: Message.protoName, source: "cadenza/test",
            time: Instant(milliseconds: 1), tenant: tenant, correlationID: "e")
        let headers = envelope.headers(contentType: Envelope.protobuf).map { KafkaHeader($0.name, $0.value) }
        let record = KafkaRecord(
            topic: "cadenza.tasks.call.v1", partition: 0, offset: offset, key: nil, value: message.protoBytes(),
            headers: headers)
        return try Inbound(record, topic: .tasks(lane: "call"))
    }

    /// Runs services beside `body`, then stops them.
    func running(_ services: [any Service], _ body: () async throws -> Void) async throws {
        let shutdown = Shutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services + [outbox] { group.addTask { try await service.run(shutdown) } }
            try await body()
            shutdown.request()
            try await group.waitForAll()
        }
    }

    /// How the attempts ended that did: those that failed, and the last.
    func results(_ taskID: String) async throws -> [String] {
        try await pool.query(
            """
            SELECT coalesce(outcome, 'completed') AS outcome FROM results FULL JOIN (
                SELECT * FROM tasks WHERE status = 'finished') AS finished USING (task_id, attempt)
            WHERE task_id = \(taskID) ORDER BY attempt
            """
        ).map { try $0.string("outcome") }
    }
}

/// A request to run a task.
func request(_ id: String, _ function: String, _ arguments: JSON, attempt: Int32 = 1) -> TasksV1.RunTask {
    TasksV1.RunTask(
        taskID: id, executionID: "e", attempt: attempt, task: "/do/0/x", function: function,
        arguments: CoreV1.Payload(json: arguments))
}

/// Runs `body` with the parts of the service.
func withBench(_ settings: [String: String] = [:], _ body: (Bench) async throws -> Void) async throws {
    try await withTestDatabase { pool in
        let schema = pool.configuration.searchPath[0]
        try await Migrator(schema: schema, set: "messaging", migrations: MessagingMigrations.all).run(on: pool)
        try await Migrator(schema: schema, migrations: AgentWorkerService.migrations).run(on: pool)
        var reader = ConfigurationReader(environment: settings.merging(["CADENZA_WORKER_DRAIN": "200ms"]) { a, _ in a })
        let configuration = AgentWorkerConfiguration(&reader)
        try reader.finish()
        let sink = RecordingSink()
        let outbox = Outbox(
            settings: MessagingSettings(service: "agent-worker"), pool: pool, producer: sink, telemetry: .silent)
        try await withTestObjects { objects in
            try await body(
                Bench(pool: pool, sink: sink, outbox: outbox, objects: objects, configuration: configuration))
        }
    }
}
