import Core
import HTTP
import Synchronization

/// A stream of messages over HTTP: server-sent events, or lines of JSON.
struct HTTPChannel: Sendable {
    /// Why no more messages come.
    private enum Ending: Sendable {
        case late
        case over
        case failed(FunctionError)
    }

    /// How much of an answer is known.
    struct Progress: Sendable {
        private var known = 0
        /// Whether it is another answer by now: what was handed on does not go on by it.
        private(set) var isBroken = false

        /// What of `bytes`, all that came so far, is new; nil when they begin anew.
        mutating func piece(of bytes: [UInt8]) -> [UInt8]? {
            isBroken = isBroken || bytes.count < known
            defer { known = bytes.count }
            return isBroken ? nil : Array(bytes[known...])
        }
    }

    let request: OutsideRequest
    let outside: Outside

    /// Takes messages from now on. A stream that ends early is an error, unless a time for the messages was given.
    func take(_ wanted: Subscription, _ context: FunctionContext) async throws(FunctionError) -> JSON {
        var subscription = wanted
        if try subscription.isOverBefore() { return [] }
        let now = outside.clock.now()
        let end = try subscription.end(from: now, context, outside.settings)
        let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
        let ending = Mutex<Ending?>(nil)
        let finish: @Sendable (Ending) -> Void = { reason in
            ending.withLock { $0 = $0 ?? reason }
            feed.finish()
        }
        let result: Result<Bool, FunctionError> = await withTaskGroup(of: Void.self) { group in
            group.addTask { finish(await self.exchange(until: end, context) { feed.yield($0) }) }
            group.addTask { [clock = outside.clock] in
                do { try await clock.sleep(until: end) } catch { return }
                finish(.late)
            }
            defer { group.cancelAll() }
            do throws(FunctionError) {
                return .success(
                    try await Self.read(pieces, &subscription) {
                        if case .over? = ending.withLock({ $0 }) { true } else { false }
                    })
            } catch {
                return .failure(error)
            }
        }
        if try result.get() { return .array(subscription.messages) }
        if Task.isCancelled { throw .cancelled }
        switch ending.withLock({ $0 }) {
        case .failed(let error): throw error
        case .late? where subscription.duration == nil: throw subscription.late(outside.settings)
        case .over? where subscription.duration == nil:
            throw .fault(
                Fault(.communication, .messagingFailed, "the stream ended before the messages came", status: 502),
                .answered)
        default: return .array(subscription.messages)
        }
    }

    /// True when the last message that is wanted came. What a stream leaves counts only if it `isOver`, and not broken
    /// off.
    private static func read(
        _ pieces: AsyncStream<[UInt8]>, _ subscription: inout Subscription, isOver: () -> Bool
    ) async throws(FunctionError) -> Bool {
        var stream = MessageStream()
        for await piece in pieces {
            for message in stream.take(piece) where try subscription.take(message) { return true }
        }
        guard isOver() else { return false }
        for message in stream.end() where try subscription.take(message) { return true }
        return false
    }

    /// Asks for the stream, and hands on what comes of it.
    private func exchange(
        until end: Instant, _ context: FunctionContext, _ hand: @escaping @Sendable ([UInt8]) -> Void
    ) async -> Ending {
        var request = request
        let progress = Mutex(Progress())
        request.isComplete = { bytes in
            guard let piece = progress.withLock({ $0.piece(of: bytes) }) else { return true }
            hand(piece)
            return false
        }
        // The time of the subscription ends it, not that of the request.
        let patience = end - outside.clock.now() + .seconds(5)
        do throws(FunctionError) {
            _ = try await outside.send(request, context, timeout: patience)
            if progress.withLock({ !$0.isBroken }) { return .over }
            return .failed(
                .fault(
                    Fault(.communication, .messagingFailed, "the stream broke off and began anew", status: 502),
                    .answered))
        } catch {
            guard let fault = error.fault, request.effect == .reads else { return .failed(error) }
            return .failed(.fault(fault, .nothing))
        }
    }
}
