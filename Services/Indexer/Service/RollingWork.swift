import Lifecycle
import Synchronization

/// Does claimed pieces of work, a bounded number at a time: each that ends makes room for the next.
struct RollingWork: Sendable {
    /// Pieces at a time.
    let width: Int
    /// Called when there may be a piece to claim.
    let wakeup: Wakeup

    /// Claims, up to the number that there is room for, and works until shutdown; returns when all that was begun is
    /// over.
    func run<Piece: Sendable>(
        until shutdown: Shutdown, claim: (Int) async -> [Piece], work: @escaping @Sendable (Piece) async -> Void
    ) async {
        let room = Room(width)
        await withDiscardingTaskGroup { group in
            while !shutdown.isRequested, !Task.isCancelled {
                let free = room.free
                let pieces = free > 0 ? await claim(free) : []
                room.change(by: -pieces.count)
                for piece in pieces {
                    group.addTask {
                        await work(piece)
                        room.change(by: 1)
                        wakeup.wake()
                    }
                }
                if free == 0 || pieces.count < free { await wakeup.wait(atMost: .seconds(1), unless: shutdown) }
            }
        }
    }

    private final class Room: Sendable {
        private let count: Mutex<Int>

        init(_ count: Int) { self.count = Mutex(count) }

        var free: Int { count.withLock { $0 } }

        func change(by difference: Int) { count.withLock { $0 += difference } }
    }
}

extension Shutdown {
    /// Throws `CancellationError` when the work is to stop: between its parts, so that nothing is lost.
    func checkGoingOn() throws {
        if isRequested || Task.isCancelled { throw CancellationError() }
    }
}
