import CEpoll
import Glibc
import Synchronization

/// Makes writes durable on a thread of its own: whatever gathers while one sync runs shares the next.
final class Syncer: Sendable {
    /// Bytes of a log from which on it is synced itself.
    private static let bulk = 256 << 10

    /// What was written, files and folders to sync, and what is durable then.
    struct Work: Sendable {
        private(set) var ranges: [LogRange] = []
        private var last: [Int: Int] = [:]
        var files: [StoreFile] = []
        var folders: [String] = []
        var tickets: [DurabilityTicket] = []

        /// Notes what was appended to a log.
        mutating func add(_ range: LogRange) {
            if let place = last[range.owner], ranges[place].extend(by: range) { return }
            last[range.owner] = ranges.count
            ranges.append(range)
        }
    }

    /// What became of work: `error` is nil if it is durable.
    struct Outcome: Sendable {
        var tickets: [DurabilityTicket]
        var error: StoreError?
    }

    private struct State: Sendable {
        var waiting: [Work] = []
        var done: [Outcome] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let journal: Journal?
    private let wake: Int32
    /// Readable when there are outcomes.
    let signal: Int32

    /// Without a journal each log is synced itself.
    init(journal: Journal?) {
        self.journal = journal
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        signal = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    }

    deinit {
        close(wake)
        close(signal)
    }

    func submit(_ work: Work) {
        state.withLock { $0.waiting.append(work) }
        eventfd_write(wake, 1)
    }

    /// Outcomes since the last call, in the order of the work.
    func outcomes() -> [Outcome] {
        var count: eventfd_t = 0
        eventfd_read(signal, &count)
        return state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    /// Lets `run` return once all work is done.
    func stop() {
        state.withLock { $0.isStopping = true }
        eventfd_write(wake, 1)
    }

    /// The thread's body.
    func run() {
        while true {
            var count: eventfd_t = 0
            eventfd_read(wake, &count)
            let (batch, isStopping) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isStopping)
            }
            if !batch.isEmpty {
                report(perform(batch))
            } else if isStopping {
                return
            }
        }
    }

    /// Adds to the outcomes.
    func report(_ outcome: Outcome) {
        state.withLock { $0.done.append(outcome) }
        eventfd_write(signal, 1)
    }

    /// A folder that is gone belonged to a topic that was deleted meanwhile.
    private func syncFolder(_ path: String) throws(StoreError) {
        do throws(StoreError) { try Disk.syncFolder(path) } catch  where error.code == ENOENT {}
    }

    /// Makes work durable, now.
    func perform(_ batch: [Work]) -> Outcome {
        var outcome = Outcome(tickets: batch.flatMap(\.tickets), error: nil)
        do throws(StoreError) {
            let remaining = try keep(batch.flatMap(\.ranges))
            var files: [ObjectIdentifier: StoreFile] = [:]
            for file in batch.flatMap(\.files) + remaining { files[ObjectIdentifier(file)] = file }
            for file in files.values { try file.sync() }
            for folder in Set(batch.flatMap(\.folders)) { try syncFolder(folder) }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// Puts what is not bulk into the journal. Returns the logs that must be synced for the rest.
    private func keep(_ ranges: [LogRange]) throws(StoreError) -> [StoreFile] {
        let small = ranges.filter { $0.count < Self.bulk }
        guard !small.isEmpty, let journal else { return ranges.map(\.file) }
        let left = try journal.write(small) + ranges.filter { $0.count >= Self.bulk }
        return left.map(\.file)
    }
}
