import Lifecycle
import Synchronization
import Testing

@Suite("Combining requests", .timeLimit(.minutes(5)))
struct CombinerTests {
    /// Notes the batches, and holds the first one back.
    final class Recorder: Sendable {
        let batches = Mutex<[[Int]]>([])
        let began = Shutdown()
        let goOn = Shutdown()

        func carryOut(_ batch: [Int]) async -> [Int] {
            batches.withLock { $0.append(batch) }
            if batch.contains(0) {
                began.request()
                await goOn.wait()
            }
            return batch.map { $0 * 10 }
        }
    }

    struct Spoilt: Error {}

    private func running<Value: Sendable>(
        _ combiner: Combiner<Int, Int>, _ body: () async throws -> Value
    ) async throws -> Value {
        let shutdown = Shutdown()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await combiner.run(shutdown) }
            let value = try await body()
            shutdown.request()
            try await group.waitForAll()
            return value
        }
    }

    @Test("What is asked while a batch is under way makes the next one, and each gets its own answer")
    func gathers() async throws {
        let recorder = Recorder()
        let combiner = Combiner<Int, Int>(limit: 100, isShared: { _ in true }) { await recorder.carryOut($0) }
        let answers = try await running(combiner) {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await combiner.ask(0) }
                await recorder.began.wait()
                for number in 1...50 { group.addTask { try await combiner.ask(number) } }
                await eventually { combiner.waitingCount == 50 }
                recorder.goOn.request()
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(answers.sorted() == (0...50).map { $0 * 10 })
        #expect(recorder.batches.withLock { $0.map(\.count) } == [1, 50])
    }

    @Test("A request that spoils its batch fails alone")
    func isolates() async throws {
        let recorder = Recorder()
        let combiner = Combiner<Int, Int>(limit: 100, isShared: { _ in false }) { batch in
            if batch.contains(7) { throw Spoilt() }
            return await recorder.carryOut(batch)
        }
        let results = try await running(combiner) {
            await withTaskGroup(of: (Int, Int?).self) { group in
                group.addTask { (0, try? await combiner.ask(0)) }
                await recorder.began.wait()
                for number in 6...8 { group.addTask { (number, try? await combiner.ask(number)) } }
                await eventually { combiner.waitingCount == 3 }
                recorder.goOn.request()
                return await group.reduce(into: [Int: Int?]()) { $0[$1.0] = .some($1.1) }
            }
        }
        #expect(results == [0: 0, 6: 60, 7: nil, 8: 80])
    }

    @Test("An error that is everybody's goes to everybody, once")
    func shares() async throws {
        let tries = Mutex(0)
        let recorder = Recorder()
        let combiner = Combiner<Int, Int>(limit: 100, isShared: { $0 is Spoilt }) { batch in
            if !batch.contains(0) {
                tries.withLock { $0 += 1 }
                throw Spoilt()
            }
            return await recorder.carryOut(batch)
        }
        let failures = try await running(combiner) {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await combiner.ask(0)) == nil }
                await recorder.began.wait()
                for number in 1...3 { group.addTask { (try? await combiner.ask(number)) == nil } }
                await eventually { combiner.waitingCount == 3 }
                recorder.goOn.request()
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        #expect(failures == 3)
        #expect(tries.withLock { $0 } == 1)
    }

    @Test("A caller that goes away before its batch began takes its request along; after the end none is taken")
    func cancels() async throws {
        let recorder = Recorder()
        let combiner = Combiner<Int, Int>(limit: 100, isShared: { _ in true }) { await recorder.carryOut($0) }
        try await running(combiner) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await combiner.ask(0) }
                await recorder.began.wait()
                let late = Task { try await combiner.ask(1) }
                await eventually { combiner.waitingCount == 1 }
                late.cancel()
                await #expect(throws: CancellationError.self) { try await late.value }
                recorder.goOn.request()
                try await group.waitForAll()
            }
        }
        #expect(recorder.batches.withLock { $0 } == [[0]])
        await #expect(throws: CancellationError.self) { try await combiner.ask(2) }
    }

    /// Gives way until `condition` holds; the suite's time limit ends a vain wait.
    private func eventually(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }
}
