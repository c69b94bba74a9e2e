import Glibc
import Synchronization

extension HTTPServer {
    /// Until cancelled: cuts off those who send too slowly, and ends the work for those who have gone. The library's
    /// own time-out starts anew with every byte, and it does not watch suspended connections.
    func reap() async {
        let tick = min(configuration.readLimit, configuration.idleLimit, .seconds(2)) / 4
        while !Task.isCancelled {
            do { try await Task.sleep(for: max(tick, .milliseconds(5))) } catch { return }
            let gone = table.withLock { table -> [HTTPExchange] in
                let overdue = table.overdue(at: .now, idle: configuration.idleLimit, read: configuration.readLimit)
                for descriptor in overdue { shutdown(descriptor, Int32(SHUT_RDWR)) }
                return table.exchanges.values.filter { exchange in
                    switch table.connections[exchange.descriptor]?.phase {
                    case .handling, .streaming: Self.hasLeft(exchange.descriptor)
                    default: false
                    }
                }
            }
            for exchange in gone { exchange.abandon() }
        }
    }

    /// Whether the peer has closed at least its sending side; who does that before the answer is taken to have gone.
    private static func hasLeft(_ descriptor: Int32) -> Bool {
        // POLLRDHUP, which Glibc's module leaves out.
        let readHangUp: Int16 = 0x2000
        var entry = pollfd(fd: descriptor, events: readHangUp, revents: 0)
        return poll(&entry, 1, 0) > 0 && entry.revents & (readHangUp | Int16(POLLHUP) | Int16(POLLERR)) != 0
    }
}
