import Core
import Lifecycle
import Synchronization

/// Wakes the timers' loop when a timer is set that is due before it would look again by itself.
final class TimerAlarm: Sendable {
    private let wakeup = Wakeup()
    /// When the loop looks again; while it is looking, any timer may have been missed.
    private let nextLook = Mutex(Instant(microseconds: .max))

    /// Called when a timer due at `due` has been committed.
    func timerSet(due: Instant) {
        if nextLook.withLock({ due < $0 }) { wakeup.wake() }
    }

    /// Called before a look.
    func beginLook() { nextLook.withLock { $0 = Instant(microseconds: .max) } }

    /// Waits from `now` on until `limit` has passed, an earlier timer is set or `shutdown` is requested.
    func wait(_ limit: Duration, from now: Instant, unless shutdown: Shutdown) async {
        nextLook.withLock { $0 = now + limit }
        await wakeup.wait(atMost: limit, unless: shutdown)
    }
}
