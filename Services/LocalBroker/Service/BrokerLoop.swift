import CEpoll
import Glibc

/// The thread that owns the broker: waits for sockets, for the disk, for signals and for time.
final class BrokerLoop {
    /// What epoll says an event is about; connections are numbered from `firstConnection` on.
    private enum Source {
        static let listener: UInt64 = 0
        static let disk: UInt64 = 1
        static let signals: UInt64 = 2
        static let janitor: UInt64 = 3
        static let firstConnection: UInt64 = 16
    }

    private let broker: Broker
    private let listener: Listener
    private let syncer: Syncer
    private let epoll: Int32
    private let signals: Int32
    private var nextConnection = Source.firstConnection
    private var nextRetention: Int64
    private var isStopping = false
    /// Connections whose next request waits until some of theirs are answered.
    private var paused: Set<UInt64> = []
    private let janitor: Janitor

    /// `signals` is a descriptor that becomes readable when the broker is to stop.
    init(
        _ broker: Broker, _ listener: Listener, _ syncer: Syncer, _ janitor: Janitor, signals: Int32
    ) throws(StoreError) {
        (self.broker, self.listener, self.syncer, self.signals) = (broker, listener, syncer, signals)
        self.janitor = janitor
        nextRetention = broker.now + broker.configuration.retentionInterval
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw StoreError("make", "epoll") }
        for (descriptor, source) in [
            (listener.descriptor, Source.listener), (syncer.signal, Source.disk), (signals, Source.signals),
            (janitor.signal, Source.janitor),
        ] {
            watch(descriptor, source, EPOLL_CTL_ADD, EPOLLIN.rawValue)
        }
    }

    deinit { close(epoll) }

    private func watch(_ descriptor: Int32, _ source: UInt64, _ operation: Int32, _ interest: UInt32) {
        var event = epoll_event()
        event.events = interest
        event.data.u64 = source
        epoll_ctl(epoll, operation, descriptor, &event)
    }

    /// Returns when a signal said to stop and all that was written is durable.
    func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while !isStopping {
            let count = epoll_wait(epoll, &events, Int32(events.count), patience)
            broker.now = BrokerClock.monotonic()
            broker.wallNow = BrokerClock.wall()
            for event in events[..<max(0, Int(count))] { handle(event) }
            broker.expireFetches()
            broker.tickGroups()
            lookAfterFiles()
            if let work = broker.takeWork() { syncer.submit(work) }
            flush()
        }
        finish()
    }

    /// Milliseconds until something is due.
    private var patience: Int32 {
        let next = min(broker.nextFetchDeadline, broker.nextGroupDeadline, nextRetention)
        return Int32(clamping: max(0, next - BrokerClock.monotonic()))
    }

    private func handle(_ event: epoll_event) {
        switch event.data.u64 {
        case Source.listener: acceptAll()
        case Source.disk: for outcome in syncer.outcomes() { broker.settle(outcome) }
        case Source.signals: isStopping = true
        case Source.janitor:
            for outcome in janitor.outcomes() { broker.finish(outcome) }
            broker.journal?.forgetRemoved()
        case let id:
            guard let connection = broker.connections[id] else { return }
            if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
                guard !paused.contains(id) || event.events & EPOLLIN.rawValue == 0 else { return }
                guard connection.fill() else { return drop(connection) }
                serve(connection)
            }
            if event.events & EPOLLOUT.rawValue != 0 { broker.unsent.append(id) }
        }
    }

    private func acceptAll() {
        while let client = listener.accept() {
            let connection = Connection(
                id: nextConnection, descriptor: client.descriptor, peer: client.peer, localHost: client.localHost)
            nextConnection += 1
            broker.connections[connection.id] = connection
            connection.interest = EPOLLIN.rawValue
            watch(connection.descriptor, connection.id, EPOLL_CTL_ADD, connection.interest)
        }
    }

    /// Answers the requests that have arrived whole.
    private func serve(_ connection: Connection) {
        while !connection.isClosed {
            if connection.isSaturated {
                paused.insert(connection.id)
                return setInterest(connection)
            }
            switch connection.nextFrame(limit: broker.configuration.maxRequestBytes) {
            case .none: return
            case .nonsense: return drop(connection)
            case .request(let frame):
                guard broker.handle(connection, frame) else { return drop(connection) }
            }
        }
    }

    private func drop(_ connection: Connection) {
        paused.remove(connection.id)
        watch(connection.descriptor, connection.id, EPOLL_CTL_DEL, 0)
        broker.closed(connection)
    }

    /// Sends what can be sent. Serving a paused connection may give more to send, so it goes round until all is done.
    private func flush() {
        while !broker.unsent.isEmpty {
            let ids = broker.unsent
            broker.unsent.removeAll(keepingCapacity: true)
            for id in ids {
                guard let connection = broker.connections[id] else { continue }
                guard connection.flush() else {
                    drop(connection)
                    continue
                }
                if paused.contains(id), !connection.isSaturated {
                    paused.remove(id)
                    serve(connection)
                }
                if !connection.isClosed { setInterest(connection) }
            }
            // A paused client's requests may have written, too.
            if let work = broker.takeWork() { syncer.submit(work) }
        }
    }

    private func setInterest(_ connection: Connection) {
        var interest = paused.contains(connection.id) ? 0 : EPOLLIN.rawValue
        if connection.hasOutput { interest |= EPOLLOUT.rawValue }
        guard interest != connection.interest else { return }
        connection.interest = interest
        watch(connection.descriptor, connection.id, EPOLL_CTL_MOD, interest)
    }

    private func lookAfterFiles() {
        guard broker.now >= nextRetention || broker.maintenanceIsDue else { return }
        broker.maintenanceIsDue = false
        nextRetention = broker.now + broker.configuration.retentionInterval
        janitor.submit(broker.upkeep())
    }

    /// Lets what was written become durable and answers it, then leaves.
    private func finish() {
        if let work = broker.takeWork() { syncer.submit(work) }
        let end = BrokerClock.monotonic() + 2000
        while !broker.writes.isEmpty, BrokerClock.monotonic() < end {
            var poll = pollfd(fd: syncer.signal, events: Int16(POLLIN), revents: 0)
            Glibc.poll(&poll, 1, 100)
            for outcome in syncer.outcomes() { broker.settle(outcome) }
        }
        for connection in broker.connections.values { _ = connection.flush() }
    }
}
