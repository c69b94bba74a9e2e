/// A fetch that waits for records.
final class FetchWait {
    let connection: Connection
    let slot: UInt64
    let header: RequestHeader
    let request: FetchRequest
    /// On the broker's clock, in milliseconds.
    let deadline: Int64
    var isOver = false

    init(
        connection: Connection, slot: UInt64, header: RequestHeader, request: FetchRequest, deadline: Int64
    ) {
        (self.connection, self.slot, self.header, self.request) = (connection, slot, header, request)
        self.deadline = deadline
    }
}
