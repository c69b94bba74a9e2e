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
            do throws(FunctionError) { return .success(try await Self.read(pieces, &subscription)) } catch {
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

    /// True when the last message that is wanted came.
    private static func read(
        _ pieces: AsyncStream<[UInt8]>, _ subscription: inout Subscription
    ) async throws(FunctionError) -> Bool {
        var stream = MessageStream()
        for await piece in pieces {
            for message in stream.take(piece) where try subscription.take(message) { return true }
        }
        for message in stream.end() where try subscription.take(message) { return true }
        return false
    }

    /// Asks for the stream, and hands on what comes of it.
    private func exchange(
        until end: Instant, _ context: FunctionContext, _ hand: @escaping @Sendable ([UInt8]) -> Void
    ) async -> Ending {
        var request = request
        let known = Mutex(0)
        request.isComplete = { bytes in
            let start = known.withLock { known in
                defer { known = bytes.count }
                return min(known, bytes.count)
            }
            hand(Array(bytes[start...]))
            return false
        }
        // The time of the subscription ends it, not that of the request.
        let patience = end - outside.clock.now() + .seconds(5)
        do throws(FunctionError) {
            _ = try await outside.send(request, context, timeout: patience)
            return .over
        } catch {
            guard let fault = error.fault else { return .failed(error) }
            return .failed(.fault(fault, .nothing))
        }
    }
}
