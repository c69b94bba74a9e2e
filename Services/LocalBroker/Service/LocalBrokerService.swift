import CEpoll
import Glibc

/// A single-node broker that speaks the Kafka protocol and keeps what it acknowledges.
public enum LocalBrokerService {
    /// Serves until SIGTERM or SIGINT. Calls `ready` with the port once clients may come.
    /// Returns nil after a clean stop, or why it could not serve, in a sentence for the operator.
    public static func run(_ configuration: LocalBrokerConfiguration, ready: (UInt16) -> Void) -> String? {
        do throws(StoreError) {
            let signals = try takeSignals()
            raiseFileLimit()
            try Disk.makeFolder(configuration.dataFolder)
            let lock = try StoreFile(path: configuration.dataFolder + "/lock")
            guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
                return "\(BrokerLog.lockPage) \(configuration.dataFolder) is in use by another local-broker"
            }
            let listener = try Listener(host: configuration.host, port: configuration.port)
            let broker = try Broker(configuration, port: listener.port)
            let syncer = Syncer(journal: broker.journal)
            let checkpointer = broker.journal.map { journal in Checkpointer(journal) { syncer.report($0) } }
            let janitor = Janitor()
            let loop = try BrokerLoop(broker, listener, syncer, janitor, signals: signals)
            let sync = try WorkThread { syncer.run() }
            let checkpoint = try WorkThread { checkpointer?.run() }
            let upkeep = try WorkThread { janitor.run() }
            ready(listener.port)
            loop.run()
            syncer.stop()
            janitor.stop()
            sync.join()
            checkpointer?.stop()
            checkpoint.join()
            upkeep.join()
            try broker.journal?.empty()
            return nil
        } catch {
            return error.description
        }
    }

    /// Lets the process have as many connections as it may.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Turns the signals that stop a process into a readable descriptor, and has the rest fail where they arise.
    private static func takeSignals() throws(StoreError) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is a full disk, an error of the write.
        signal(SIGXFSZ, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        guard descriptor >= 0 else { throw StoreError("watch", "signals") }
        return descriptor
    }
}
