/// What a server knows of its open connections, by file descriptor, and of the requests on them. A descriptor stays in
/// the table until just before the library closes it, so whoever holds the table's lock may shut it down.
struct HTTPConnectionTable {
    enum Phase {
        case idle
        case reading
        case handling
        case streaming
    }

    struct Connection {
        var phase: Phase
        var since: ContinuousClock.Instant
        /// The raw target of the request that is being read.
        var target = ""
    }

    var isDraining = false
    /// Accepted, and not yet taken up by the library.
    var arriving: Set<Int32> = []
    var connections: [Int32: Connection] = [:]
    var exchanges: [ObjectIdentifier: HTTPExchange] = [:]

    mutating func enter(_ phase: Phase, _ descriptor: Int32) {
        connections[descriptor]?.phase = phase
        connections[descriptor]?.since = .now
    }

    /// Descriptors whose sender took too long.
    func overdue(at now: ContinuousClock.Instant, idle: Duration, read: Duration) -> [Int32] {
        connections.compactMap { descriptor, connection in
            switch connection.phase {
            case .idle: now - connection.since > idle ? descriptor : nil
            case .reading: now - connection.since > read ? descriptor : nil
            case .handling, .streaming: nil
            }
        }
    }
}
