import Synchronization

/// When each task began: when its call came in for the first time.
final class BeginWatch: Sendable {
    private let server: StepServer?
    private let begun = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Takes the calls of the server.
    init(_ server: StepServer? = nil) { self.server = server }

    /// How many tasks of the workflow of this name have begun, and when the last of them did.
    func progress(_ name: String) -> (count: Int, last: ContinuousClock.Instant?) {
        note(server?.takeCalls() ?? [])
        let own = begun.withLock { begun in begun.filter { $0.key.hasPrefix("/\(name)/") } }
        return (own.count, own.values.max())
    }

    /// How many tasks of the workflow of this name began between two moments.
    func count(_ name: String, from first: ContinuousClock.Instant, to last: ContinuousClock.Instant) -> Int {
        begun.withLock { begun in
            begun.count { $0.value > first && $0.value < last && $0.key.hasPrefix("/\(name)/") }
        }
    }

    /// When the task with this path began.
    func begin(_ path: String) -> ContinuousClock.Instant? {
        note(server?.takeCalls() ?? [])
        return begun.withLock { $0[path] }
    }

    /// Notes calls, oldest first.
    func note(_ calls: [StepServer.Call]) {
        begun.withLock { begun in
            for call in calls where begun[call.path] == nil { begun[call.path] = call.at }
        }
    }
}
