import Glibc
import Testing

@testable import Lifecycle

private actor Blocking {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private(set) var count = 0

    init(_ executor: ThreadExecutor) { self.executor = executor }

    func threadName() -> String { Self.nameOfThread() }

    nonisolated static func nameOfThread() -> String {
        let file = open("/proc/thread-self/comm", O_RDONLY)
        defer { close(file) }
        var name = [UInt8](repeating: 0, count: 16)
        let count = read(file, &name, name.count)
        return String(decoding: name.prefix(max(0, count - 1)), as: UTF8.self)
    }

    func increment() { count += 1 }
    nonisolated func assumes() { assumeIsolated { _ in } }
    func assertsIsolation() { assumes() }
}

@Suite("An executor with a thread of its own", .timeLimit(.minutes(5)))
struct ThreadExecutorTests {
    @Test("An actor's code runs on the named thread")
    func runsOnThread() async {
        let executor = ThreadExecutor(name: "test-executor")
        defer { executor.stop() }
        let actor = Blocking(executor)
        #expect(await actor.threadName() == "test-executor")
        await actor.assertsIsolation()
        #expect(executor.isIsolatingCurrentContext() == false)
    }

    @Test("A task that prefers it comes along, stays between calls, and goes back after")
    func preferred() async {
        let executor = ThreadExecutor(name: "test-preferred")
        defer { executor.stop() }
        let actor = Blocking(executor)
        await withTaskExecutorPreference(executor) {
            #expect(Blocking.nameOfThread() == "test-preferred")
            await actor.increment()
            #expect(Blocking.nameOfThread() == "test-preferred")
            let child = await withTaskGroup(of: String.self) { group in
                group.addTask { Blocking.nameOfThread() }
                return await group.next()
            }
            #expect(child == "test-preferred")
        }
        #expect(Blocking.nameOfThread() != "test-preferred")
    }

    @Test("Calls from many tasks run one at a time and none is lost")
    func serial() async {
        let executor = ThreadExecutor(name: "test-serial")
        defer { executor.stop() }
        let actor = Blocking(executor)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { await actor.increment() } }
        }
        #expect(await actor.count == 1000)
    }

    @Test("A call after stop still runs")
    func afterStop() async {
        let executor = ThreadExecutor(name: "test-stopped")
        let actor = Blocking(executor)
        await actor.increment()
        executor.stop()
        for _ in 0..<100 { await actor.increment() }
        #expect(await actor.count == 101)
    }
}
