import Synchronization

/// Carries out together what many callers ask for: while one batch is under way the next one gathers, so that a lone
/// request waits for nobody and many share one transaction.
public final class Combiner<Request: Sendable, Answer: Sendable>: Service {
    private struct Waiting {
        var number: Int
        var request: Request
        var continuation: CheckedContinuation<Answer, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var last = 0
        var isClosed = false
    }

    private let limit: Int
    private let isShared: @Sendable (any Error) -> Bool
    private let carryOut: @Sendable ([Request]) async throws -> [Answer]
    private let state = Mutex(State())
    private let work = Wakeup()

    /// Batches of up to `limit` requests. `carryOut` gives an answer for each request, in their order. When it throws
    /// an error of which `isShared` holds, all of the batch get it; after any other each request is carried out alone.
    public init(
        limit: Int, isShared: @escaping @Sendable (any Error) -> Bool,
        _ carryOut: @escaping @Sendable ([Request]) async throws -> [Answer]
    ) {
        (self.limit, self.isShared, self.carryOut) = (limit, isShared, carryOut)
    }

    /// How many requests wait for their batch to begin.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The answer, once a batch with the request has been carried out. Throws what that threw. Cancelled before its
    /// batch began, or asked after the end of `run`, it throws `CancellationError` and nothing happens; cancelled
    /// later, it still gives the answer. What is not `isCancellable` is carried out even for a cancelled task.
    public func ask(_ request: Request, isCancellable: Bool = true) async throws -> Answer {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isTaken = state.withLock { state in
                    // Asked under the lock: a cancellation either shows here or finds the request below.
                    if state.isClosed || (isCancellable && Task.isCancelled) { return false }
                    state.waiting.append(Waiting(number: number, request: request, continuation: continuation))
                    return true
                }
                if isTaken { work.wake() } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            if !isCancellable { return }
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Carries requests out until shutdown and none waits; what comes later is refused.
    public func run(_ shutdown: Shutdown) async throws {
        while let batch = next(unless: shutdown) {
            if batch.isEmpty {
                await work.wait(atMost: .seconds(3600), unless: shutdown)
            } else {
                await carryOut(batch)
            }
        }
    }

    /// What waits; nil at the end.
    private func next(unless shutdown: Shutdown) -> [Waiting]? {
        let isEnding = shutdown.isRequested || Task.isCancelled
        return state.withLock { state in
            let batch = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(batch.count)
            if batch.isEmpty, isEnding { state.isClosed = true }
            return state.isClosed ? nil : batch
        }
    }

    private func carryOut(_ batch: [Waiting]) async {
        do {
            let answers = try await carryOut(batch.map(\.request))
            precondition(answers.count == batch.count, "an answer for each request")
            for (waiting, answer) in zip(batch, answers) { waiting.continuation.resume(returning: answer) }
        } catch {
            if batch.count > 1, !(error is CancellationError), !isShared(error) {
                for waiting in batch { await carryOut([waiting]) }
            } else {
                for waiting in batch { waiting.continuation.resume(throwing: error) }
            }
        }
    }
}
