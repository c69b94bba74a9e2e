/// Where a group is in a partition.
struct CommittedOffset: Equatable {
    var offset: Int64
    var leaderEpoch: Int32
    var metadata: String
    /// When it was committed, in milliseconds of the epoch.
    var time: Int64
}
