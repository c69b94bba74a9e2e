import Lifecycle
import Testing

@Suite(.timeLimit(.minutes(5))) struct WakeupTests {
    private let never = Duration.seconds(3600)

    @Test func aCallBeforeTheWaitIsRemembered() async {
        let wakeup = Wakeup()
        wakeup.wake()
        wakeup.wake()
        await wakeup.wait(atMost: never, unless: Shutdown())
        let start = ContinuousClock.now
        await wakeup.wait(atMost: .milliseconds(30), unless: Shutdown())
        #expect(ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test func shutdownAndCancellationEndTheWait() async {
        let shutdown = Shutdown()
        shutdown.request()
        await Wakeup().wait(atMost: never, unless: shutdown)
        let task = Task { await Wakeup().wait(atMost: .seconds(3600), unless: Shutdown()) }
        task.cancel()
        await task.value
    }

    @Test func noCallIsLostWhateverTheMoment() async {
        await Wakeup().isWaitedFor(2000)
    }
}

extension Wakeup {
    /// Waits so often, an hour at most each time, while somebody wakes again and again.
    func isWaitedFor(_ count: Int) async {
        let shutdown = Shutdown()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for _ in 0..<count { await self.wait(atMost: .seconds(3600), unless: shutdown) } }
            group.addTask {
                while !shutdown.isRequested {
                    self.wake()
                    await Task.yield()
                }
            }
            await group.next()
            shutdown.request()
        }
    }
}
