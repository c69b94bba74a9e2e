import CSimulation
import Core
import HTTP
import Kafka
import Lifecycle
import Messaging
import Postgres
import SimulatedPostgres
import Synchronization
import Telemetry

/// One seed's world: the real services over simulated servers, on one thread.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class World: @unchecked Sendable {
    /// When faults stop, if the sins have not run out before.
    static let faultyTime: Duration = .seconds(90)
    /// When everything must be at rest, from the end of the faults on.
    static let patience: Duration = .seconds(1800)

    let seed: UInt64
    let plan: Plan
    let scheduler: Scheduler
    let sins: Sins
    let broker: SimulatedBroker
    let outside: Outside
    let people: People
    let objects: SimulatedObjects
    let journal: Journal
    private(set) var databases: [Service: SimulatedPostgres] = [:]
    private(set) var processes: [Process] = []
    private let isVerbose: Bool
    /// Where inboxes stood when last seen, and the processes that are about to move theirs.
    var inboxes: [String: Int64] = [:]
    var movers: Set<String> = []

    init(_ setting: Setting, isVerbose: Bool = false) throws {
        seed = setting.seed
        self.isVerbose = isVerbose
        plan = Plan(seed: seed, most: setting.executions)
        simulation_set_now(UInt64(Scheduler.start.microseconds) * 1000)
        let scheduler = Scheduler(seed: seed)
        Scheduler.current = scheduler
        Deadlines.areReal.store(false, ordering: .relaxed)
        self.scheduler = scheduler
        sins = Sins(scheduler, without: setting.without, most: setting.mostSins)
        broker = SimulatedBroker(scheduler, sins)
        outside = Outside(scheduler, sins, broker)
        people = People(scheduler, sins, broker, outside, plan)
        objects = SimulatedObjects(sins, broker)
        journal = Journal()
        if isVerbose { scheduler.listener = { print(scheduler.instant, $0) } }
        try open()
    }

    private func open() throws {
        for service in Service.allCases {
            let database = SimulatedPostgres(now: { [scheduler] in scheduler.instant })
            try database.migrate(MessagingMigrations.all + service.migrations)
            database.setSins { [unowned self] point in self.sin(point, service) }
            databases[service] = database
        }
        broker.onAppend = { [unowned self] record in
            let publication = Publication(record)
            self.journal.take(publication)
            // People read what is published; they do so in a while.
            self.scheduler.after(.milliseconds(self.scheduler.below(500))) {
                do { try self.people.read(publication) } catch { self.journal.fail("unreadable: \(error)") }
            }
        }
        let worker = databases[.worker]!
        outside.isOnRecord = { key in
            let rows = try? worker.query(
                "SELECT task_id FROM effects WHERE idempotency_key = \(key) AND progress = 'completed'")
            return !(rows ?? []).isEmpty
        }
        for (service, count) in zip(Service.allCases, plan.processes) {
            for number in 1...count { processes.append(Process(service, number, self)) }
        }
    }

    /// Lives until all is at rest. False when it does not come to rest.
    func run() -> Bool {
        simulation_begin(seed)
        defer { simulation_end() }
        for process in processes { scheduler.after(.milliseconds(scheduler.below(2000))) { process.start() } }
        people.begin()
        scheduler.after(Self.faultyTime) { self.sins.isOver = true }
        tick()
        var isAtRest = false
        func look() {
            isAtRest = Rest(self).isReached
            Standing(self).check()
            if !isAtRest { scheduler.after(.seconds(2)) { look() } }
        }
        look()
        let end = scheduler.now + (Self.faultyTime + Self.patience).nanoseconds
        return scheduler.run(limit: 3_000_000) { isAtRest || self.scheduler.now > end } && isAtRest
    }

    /// What happens without anybody's doing.
    private func tick() {
        for group in broker.groups.values.sorted(by: { $0.name < $1.name }) {
            group.expire(after: Duration.seconds(10).nanoseconds)
        }
        scheduler.after(.milliseconds(500)) { self.tick() }
    }

    /// A process comes to a place where it may die or stand still.
    func reach(_ place: @autoclosure () -> String, _ incarnation: Incarnation) {
        guard let process = processes.first(where: { $0.incarnation === incarnation }) else { return }
        if sins.strikes(.crash, at: "\(process.service.rawValue) \(place())") { return process.die() }
        guard sins.strikes(.stall, at: "\(process.service.rawValue) \(place())") else { return }
        // A request that has left arrives soon: people who look whether it has wait for that.
        process.stall(place() == "before call" ? .brief : .any)
    }

    /// What the frame of a process is made of.
    func frame(of service: Service, _ incarnation: Incarnation) -> Frame {
        let (broker, sins, scheduler, outside) = (broker, sins, scheduler, outside)
        var kafka = KafkaConfiguration(bootstrap: "simulated", clientID: incarnation.name)
        kafka.sessions = KafkaSessions(on: incarnation) { _, consumer throws(KafkaError) in
            SimulatedSession(incarnation, broker, consumer)
        }
        let sessions = databases[service]!.sessions(of: incarnation.name, on: incarnation) {
            await broker.pass(.microseconds(100 + scheduler.below(1500)))
            if sins.strikes(.slowStatement, at: service.rawValue) {
                await broker.pass(.milliseconds(scheduler.below(15_000)))
            }
        }
        let sink = SimulatedSink(broker: broker, process: incarnation.name) { [unowned self] place in
            self.reach(place, incarnation)
        }
        let http = HTTPClient { [unowned self] request in
            self.reach("before call", incarnation)
            let answer = await outside.answer(request, from: incarnation.name)
            self.reach("after call", incarnation)
            return answer
        }
        var telemetry = Telemetry.silent
        if isVerbose {
            let logger = Logger(
                service: incarnation.name, level: .debug,
                sink: { line in
                    print(String(decoding: line, as: UTF8.self), terminator: "")
                })
            telemetry = Telemetry(logger: logger, metrics: Metrics(), tracer: .off)
        }
        return Frame(
            service: service, incarnation: incarnation,
            pool: PostgresPool(PostgresConfiguration(url: "simulated", maximum: 6), sessions: sessions), kafka: kafka,
            sink: sink, http: http, objects: objects, telemetry: telemetry)
    }
}

extension World {
    /// Lets go of everything: nothing of it runs any more.
    func end() {
        for process in processes { process.incarnation?.die() }
        for service in Service.allCases { databases[service]?.setSins { _ in nil } }
        Scheduler.current = nil
    }
}
