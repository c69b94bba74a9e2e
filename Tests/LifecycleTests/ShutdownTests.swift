import Testing

@testable import Lifecycle

@Suite("A request to stop", .timeLimit(.minutes(5)))
struct ShutdownTests {
    @Test("Everyone who waits is woken, and later waiters do not wait")
    func wakesAll() async {
        let shutdown = Shutdown()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await shutdown.wait() } }
            shutdown.request()
        }
        await shutdown.wait()
        #expect(shutdown.isRequested)
    }

    @Test("Cancelling the task ends the wait without a request")
    func cancelEndsWait() async {
        let shutdown = Shutdown()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await shutdown.wait() } }
            group.cancelAll()
        }
        #expect(!shutdown.isRequested)
    }

    @Test("A bounded wait says whether to stop")
    func boundedWait() async {
        let shutdown = Shutdown()
        #expect(await shutdown.wait(atMost: .milliseconds(1)) == false)
        shutdown.request()
        #expect(await shutdown.wait(atMost: .seconds(600)))
    }

    @Test("Work that is cancelled by the request gives nil; finished work gives its value")
    func cancelling() async throws {
        let shutdown = Shutdown()
        #expect(try await shutdown.cancelling { 7 } == 7)
        let cut = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                try await shutdown.cancelling {
                    try await Task.sleep(for: .seconds(600))
                    return 1
                }
            }
            shutdown.request()
            return try await group.next() ?? 2
        }
        #expect(cut == nil)
    }
}
