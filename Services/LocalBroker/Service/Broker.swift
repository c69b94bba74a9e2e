import LocalBrokerDomain

/// The broker's state and its answers. Lives on one thread, that of `BrokerLoop`.
final class Broker {
    let configuration: LocalBrokerConfiguration
    let clusterID: String
    let topics: TopicStore
    let offsets: OffsetStore
    /// Nil when there is no room for it.
    let journal: Journal?
    var producerIDs: ProducerIDs
    var groups: [String: GroupMachine] = [:]
    var connections: [UInt64: Connection] = [:]
    /// Milliseconds of the clock that never jumps, and of the epoch; read once a turn of the loop.
    var now = BrokerClock.monotonic()
    var wallNow = BrokerClock.wall()
    /// What this turn of the loop wrote.
    var work = Syncer.Work()
    var workTickets: [DurabilityTicket.Owner: DurabilityTicket] = [:]
    /// Requests that wait for their writes to be durable, by owner, in the order of `end`.
    var writes: [DurabilityTicket.Owner: [(end: Int64, write: PendingWrite)]] = [:]
    /// Fetches that wait for records, by partition. Those that are over go when the next one comes.
    var fetches: [[FetchWait]] = []
    /// No later than the first of the fetches' and the groups' deadlines.
    var nextFetchDeadline = Int64.max
    var nextGroupDeadline = Int64.max
    /// Connections that have something to send.
    var unsent: [UInt64] = []
    let port: UInt16
    /// Joins and syncs that wait for other members.
    var waitingCalls: [GroupTicket: BrokerCall] = [:]
    /// Partitions that are being compacted.
    var compacting: Set<Int> = []
    /// Whether old files are to be looked for before the next time.
    var maintenanceIsDue = false
    var lastComplaint = Int64.min / 2

    init(_ configuration: LocalBrokerConfiguration, port: UInt16) throws(StoreError) {
        self.configuration = configuration
        self.port = port
        clusterID = try Self.identity(configuration.dataFolder)
        topics = try TopicStore(data: configuration.dataFolder, openFiles: configuration.openFiles)
        offsets = try OffsetStore(data: configuration.dataFolder)
        producerIDs = try ProducerIDs(data: configuration.dataFolder)
        for cut in try topics.recover() {
            BrokerLog.note("\(BrokerLog.tornPage) cut \(cut.bytes) torn bytes at \(cut.position) off \(cut.path)")
        }
        let left = try JournalReader(data: configuration.dataFolder)
        for gap in try topics.replay(left) {
            BrokerLog.note("\(BrokerLog.gapPage) offsets \(gap.range) of \(gap.folder) are gone, the log goes on after")
        }
        journal = try Self.journal(configuration, lastUse: left.lastUse)
    }

    /// The journal, begun anew; what was in it is in the logs. Nil if there is to be none or there is no room for it.
    private static func journal(
        _ configuration: LocalBrokerConfiguration, lastUse: Int64
    ) throws(StoreError) -> Journal? {
        let data = configuration.dataFolder
        guard configuration.journalSegmentBytes > 0 else {
            try Journal.remove(data)
            return nil
        }
        do throws(StoreError) {
            return try Journal(data: data, segmentBytes: configuration.journalSegmentBytes, lastUse: lastUse)
        } catch {
            BrokerLog.note("\(error); there is no journal, each log is synced itself")
            return nil
        }
    }

    private static func identity(_ data: String) throws(StoreError) -> String {
        let path = data + "/cluster-id"
        if let bytes = try Disk.contents(path), bytes.count >= 16 {
            return String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
        }
        let id = String(TopicID.fresh().text.prefix(22))
        try Disk.replace(path, with: [UInt8]((id + "\n").utf8))
        return id
    }

    // MARK: Requests

    /// Answers a request, now or later. Returns false if the client is to be sent away.
    func handle(_ connection: Connection, _ frame: UnsafeMutableRawBufferPointer) -> Bool {
        var reader = WireReader(UnsafeRawBufferPointer(frame))
        let header = RequestHeader(&reader)
        guard !reader.isBroken else { return false }
        // Whoever asks for more does not want to wait behind his own long poll.
        if let wait = connection.fetchWait { finishFetch(wait) }
        guard let api = header.api else {
            BrokerLog.note("\(connection.peer) sent unknown request \(header.apiKey), closing")
            return false
        }
        guard api.versions.contains(header.version) else {
            return refuseVersion(connection, header, api)
        }
        let call = BrokerCall(connection: connection, header: header, slot: connection.takeSlot())
        dispatch(api, call, &reader, frame)
        return !reader.isBroken
    }

    private func refuseVersion(_ connection: Connection, _ header: RequestHeader, _ api: ApiKey) -> Bool {
        guard api == .apiVersions else {
            BrokerLog.note("\(connection.peer) sent \(api) in version \(header.version), closing")
            return false
        }
        // Answered in version 0, from which the client learns what it may ask.
        var header = header
        header.version = 0
        let call = BrokerCall(connection: connection, header: header, slot: connection.takeSlot())
        answerApiVersions(call, fault: .unsupportedVersion)
        return true
    }

    private func dispatch(
        _ api: ApiKey, _ call: BrokerCall, _ reader: inout WireReader, _ frame: UnsafeMutableRawBufferPointer
    ) {
        switch api {
        case .produce: take(ProduceRequest(&reader), reader) { produce(call, $0, frame) }
        case .fetch: take(FetchRequest(&reader, call.version), reader) { fetch(call, $0) }
        case .listOffsets: take(ListOffsetsRequest(&reader, call.version), reader) { listOffsets(call, $0) }
        case .metadata: take(MetadataRequest(&reader, call.version), reader) { metadata(call, $0) }
        case .offsetCommit: take(OffsetCommitRequest(&reader, call.version), reader) { commitOffsets(call, $0) }
        case .offsetFetch: take(OffsetFetchRequest(&reader, call.version), reader) { fetchOffsets(call, $0) }
        case .joinGroup: take(JoinGroupRequest(&reader, call.version), reader) { joinGroup(call, $0) }
        case .heartbeat: take(HeartbeatRequest(&reader, call.version), reader) { heartbeat(call, $0) }
        case .leaveGroup: take(LeaveGroupRequest(&reader, call.version), reader) { leaveGroup(call, $0) }
        case .syncGroup: take(SyncGroupRequest(&reader, call.version), reader) { syncGroup(call, $0) }
        case .createTopics: take(CreateTopicsRequest(&reader, call.version), reader) { createTopics(call, $0) }
        case .apiVersions: answerApiVersions(call, fault: .none)
        case .findCoordinator: findCoordinator(call, &reader)
        case .initProducerID: initProducerID(call, &reader)
        case .saslHandshake: refuseSasl(call)
        case .describeGroups: describeGroups(call, &reader)
        case .listGroups: listGroups(call, &reader)
        case .deleteGroups: deleteGroups(call, &reader)
        case .offsetDelete: deleteOffsets(call, &reader)
        case .deleteTopics: deleteTopics(call, &reader)
        case .deleteRecords: deleteRecords(call, &reader)
        case .createPartitions: createPartitions(call, &reader)
        case .offsetForLeaderEpoch: offsetForLeaderEpoch(call, &reader)
        case .describeConfigs: describeConfigs(call, &reader)
        case .alterConfigs: alterConfigs(call, &reader)
        case .incrementalAlterConfigs: incrementalAlterConfigs(call, &reader)
        case .describeCluster: describeCluster(call)
        }
    }

    /// Acts on a request, if it could be read to its end.
    private func take<Request>(_ request: Request, _ reader: WireReader, _ act: (Request) -> Void) {
        if !reader.isBroken { act(request) }
    }

    /// Puts an answer on its way.
    func answer(_ call: BrokerCall, _ write: (inout WireWriter) -> Void) {
        var writer = call.header.answer()
        write(&writer)
        send(call.connection, call.slot, [.bytes(writer.finish())])
    }

    func send(_ connection: Connection, _ slot: UInt64, _ pieces: [OutputPiece]) {
        guard !connection.isClosed else { return }
        connection.answer(slot, pieces)
        if unsent.last != connection.id { unsent.append(connection.id) }
    }

    /// A client has gone.
    func closed(_ connection: Connection) {
        connection.isClosed = true
        if let wait = connection.fetchWait { forget(wait) }
        for (name, group) in groups where !group.isEmpty {
            change(name) { $0.connectionClosed(connection.id, now: now) }
        }
        waitingCalls = waitingCalls.filter { $0.key.connection != connection.id }
        connections[connection.id] = nil
    }
}

/// One request and where its answer goes.
struct BrokerCall {
    let connection: Connection
    let header: RequestHeader
    let slot: UInt64

    var version: Int16 { header.version }
    var ticket: GroupTicket { GroupTicket(connection: connection.id, slot: slot) }
}
