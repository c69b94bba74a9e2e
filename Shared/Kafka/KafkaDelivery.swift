import CKafka
import Synchronization

/// The acknowledgements of one batch, counted as they come.
///
/// Unchecked because `slots` is written before the first message is handed to librdkafka and only read after; all else
/// is behind the lock.
public final class KafkaDelivery: @unchecked Sendable {
    /// What a message's opaque points to.
    struct Slot {
        var delivery: Unmanaged<KafkaDelivery>
        var position: Int
    }

    private struct State {
        var left: Int
        var failed: [Int] = []
        var refused: [Int] = []
        var error: KafkaError?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let state: Mutex<State>

    init(count: Int) {
        slots = .allocate(capacity: max(1, count))
        state = Mutex(State(left: count))
        for position in 0..<count {
            slots[position] = Slot(delivery: Unmanaged.passUnretained(self), position: position)
        }
    }

    deinit { slots.deallocate() }

    /// The opaque of the message at `position`; keeps this object alive until `settle` is called for it.
    func opaque(_ position: Int) -> UnsafeMutableRawPointer {
        _ = Unmanaged.passRetained(self)
        return UnsafeMutableRawPointer(slots + position)
    }

    /// Takes an opaque back that librdkafka did not accept.
    func forget() { Unmanaged.passUnretained(self).release() }

    /// Takes an opaque back with the message's outcome.
    static func settle(_ opaque: UnsafeMutableRawPointer, _ error: rd_kafka_resp_err_t) {
        let slot = opaque.assumingMemoryBound(to: Slot.self).pointee
        let delivery = slot.delivery.takeRetainedValue()
        delivery.settle(slot.position, error == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(error))
    }

    func settle(_ position: Int, _ error: KafkaError?) {
        let waiters = state.withLock { state in
            state.left -= 1
            if let error {
                state.failed.append(position)
                if error.code == .messageTooLarge || error.code == .invalid { state.refused.append(position) }
                // A failure that a retry does not mend outweighs the others.
                if state.error == nil || state.error?.isRetriable == true { state.error = error }
            }
            guard state.left == 0 else { return [Int: CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when every message is acknowledged; throws, once all are decided, with the positions of those that are
    /// not. When the task is cancelled it throws `.cancelled` at once; the messages are still sent.
    public func wait() async throws(KafkaError) {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.left == 0 || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        let (left, error, failed, refused) = state.withLock { ($0.left, $0.error, $0.failed, $0.refused) }
        guard left == 0 else { throw KafkaError(.cancelled, "the wait was cancelled") }
        guard var error else { return }
        (error.failed, error.refused) = (failed.sorted(), refused.sorted())
        throw error
    }
}
