import Glibc
package import Synchronization

/// Ends pauses at their deadlines, all by one thread.
///
/// `Task.sleep` costs a task, and when it is cancelled its timer stays until the time has passed; a loop that is woken
/// a thousand times a second would leave a thousand of them a second. Here a deadline that is not needed any more costs
/// nothing: its entry is dropped when it comes up, or when such entries are more than half.
///
/// Unchecked because all of it is touched under `lock` only.
package final class Deadlines: @unchecked Sendable {
    /// The process'.
    static let shared = Deadlines()

    /// Whether time is the machine's; simulations say no before anything runs.
    package static let areReal = Atomic(true)

    private struct Entry {
        var due: ContinuousClock.Instant
        var id: UInt64
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// A heap: an entry is never due before the one at half its place.
    private var entries: [Entry] = []
    private var pauses: [UInt64: Pause] = [:]
    private var lastID: UInt64 = 0
    private var isRunning = false

    private init() {
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    /// Ends `pause` after `delay`, unless `forget` comes first.
    func end(_ pause: Pause, after delay: Duration) -> UInt64 {
        let due = ContinuousClock.now + delay
        let (id, needsThread) = locked {
            lastID += 1
            pauses[lastID] = pause
            insert(Entry(due: due, id: lastID))
            if entries[0].id == lastID { pthread_cond_signal(condition) }
            defer { isRunning = true }
            return (lastID, !isRunning)
        }
        if needsThread { Thread.start(name: "deadlines") { self.run() } }
        return id
    }

    func forget(_ id: UInt64) {
        locked {
            pauses[id] = nil
            guard entries.count > 64, entries.count > 2 * pauses.count else { return }
            let live = entries.filter { pauses[$0.id] != nil }
            entries = []
            for entry in live { insert(entry) }
        }
    }

    /// How many entries there are, needed or not.
    var count: Int { locked { entries.count } }

    private func run() {
        while true {
            for pause in locked(takeDue) { pause.end() }
        }
    }

    /// Waits for the next deadline; those that have come.
    private func takeDue() -> [Pause] {
        guard let first = entries.first else {
            pthread_cond_wait(condition, lock)
            return []
        }
        let left = first.due - .now
        guard left <= .zero else {
            sleep(left)
            return []
        }
        var due: [Pause] = []
        let now = ContinuousClock.now
        while let first = entries.first, first.due <= now {
            removeFirst()
            if let pause = pauses.removeValue(forKey: first.id) { due.append(pause) }
        }
        return due
    }

    /// Until somebody signals, or for `time`.
    private func sleep(_ time: Duration) {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = Int64(end.tv_nsec) + time.components.attoseconds / 1_000_000_000
        end.tv_sec += Int(time.components.seconds + nanoseconds / 1_000_000_000)
        end.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, lock, &end)
    }

    private func insert(_ entry: Entry) {
        entries.append(entry)
        var place = entries.count - 1
        while place > 0, entries[(place - 1) / 2].due > entries[place].due {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < entries.count && entries[child].due < entries[least].due { least = child }
            if least == place { return }
            entries.swapAt(place, least)
            place = least
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
