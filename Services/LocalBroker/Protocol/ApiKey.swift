/// The requests that are understood, and in which versions.
enum ApiKey: Int16, CaseIterable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case describeGroups = 15
    case listGroups = 16
    case saslHandshake = 17
    case apiVersions = 18
    case createTopics = 19
    case deleteTopics = 20
    case deleteRecords = 21
    case initProducerID = 22
    case offsetForLeaderEpoch = 23
    case describeConfigs = 32
    case alterConfigs = 33
    case createPartitions = 37
    case deleteGroups = 42
    case incrementalAlterConfigs = 44
    case offsetDelete = 47
    case describeCluster = 60

    /// The versions offered. Produce and Fetch are offered from 0, which librdkafka wants to see, but refused below 3
    /// and 4.
    var versions: ClosedRange<Int16> {
        switch self {
        case .produce: 0...9
        case .fetch: 0...12
        case .listOffsets: 1...7
        case .metadata: 0...12
        case .offsetCommit: 2...8
        case .offsetFetch: 1...7
        case .findCoordinator: 0...4
        case .joinGroup: 0...9
        case .heartbeat: 0...4
        case .leaveGroup: 0...5
        case .syncGroup: 0...5
        case .describeGroups: 0...5
        case .listGroups: 0...4
        case .saslHandshake: 0...1
        case .apiVersions: 0...3
        case .createTopics: 0...7
        case .deleteTopics: 0...5
        case .deleteRecords: 0...2
        case .initProducerID: 0...4
        case .offsetForLeaderEpoch: 0...4
        case .describeConfigs: 0...4
        case .alterConfigs: 0...2
        case .createPartitions: 0...3
        case .deleteGroups: 0...2
        case .incrementalAlterConfigs: 0...1
        case .offsetDelete: 0...0
        case .describeCluster: 0...1
        }
    }

    /// The first version with compact lengths and tagged fields.
    private var firstFlexible: Int16 {
        switch self {
        case .produce: 9
        case .fetch: 12
        case .listOffsets, .joinGroup, .offsetFetch: 6
        case .metadata: 9
        case .offsetCommit: 8
        case .findCoordinator, .apiVersions, .listGroups: 3
        case .heartbeat, .leaveGroup, .syncGroup, .offsetForLeaderEpoch, .deleteTopics, .describeConfigs: 4
        case .describeGroups, .createTopics: 5
        case .deleteRecords, .initProducerID, .alterConfigs, .createPartitions, .deleteGroups: 2
        case .incrementalAlterConfigs: 1
        case .describeCluster: 0
        case .saslHandshake, .offsetDelete: Int16.max
        }
    }

    func isFlexible(_ version: Int16) -> Bool { version >= firstFlexible }
}
