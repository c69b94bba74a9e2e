/// Something that is durable once the files it was handed over with are.
struct DurabilityTicket: Sendable {
    /// Who waits: a partition, or the offsets of the groups.
    enum Owner: Hashable, Sendable {
        case partition(Int)
        case offsets
    }

    var owner: Owner
    /// The offset up to which the owner is durable.
    var end: Int64
    /// The segment that `end` lies in and the position there.
    var segmentBase: Int64 = 0
    var position: Int64 = 0
}
