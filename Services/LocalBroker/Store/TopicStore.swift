import LocalBrokerDomain

/// All topics: a folder each under `topics`, with a `topic.properties` and a folder for each partition written to.
final class TopicStore {
    private let folder: String
    private let drafts: String
    private let trash: String
    private let pool: FilePool
    private let scanner = SegmentScanner()
    private(set) var topics: [String: Topic] = [:]
    private(set) var partitions: [Int: PartitionLog] = [:]
    private var nextPartitionID = 1
    private var nextTrash = 1

    init(data: String, openFiles: Int) throws(StoreError) {
        (folder, drafts, trash) = (data + "/topics", data + "/drafts", data + "/trash")
        pool = FilePool(capacity: openFiles)
        for path in [drafts, trash] where Disk.exists(path) { try Disk.removeTree(path) }
        for path in [folder, drafts, trash] { try Disk.makeFolder(path) }
    }

    /// All topics by name.
    var sorted: [Topic] { topics.values.sorted { $0.name < $1.name } }

    /// The folder that holds what was deleted and waits to be removed.
    var trashFolder: String { trash }

    subscript(_ name: String) -> Topic? { topics[name] }

    func partition(_ topic: String, _ index: Int32) -> PartitionLog? {
        guard let topic = topics[topic], index >= 0, Int(index) < topic.partitions.count else { return nil }
        return topic.partitions[Int(index)]
    }

    /// Reads everything back. Returns what was cut off torn logs.
    func recover() throws(StoreError) -> [PartitionLog.Cut] {
        var cuts: [PartitionLog.Cut] = []
        for name in try Disk.names(in: folder) where TopicName.isValid(name) {
            guard let bytes = try Disk.contents(folder + "/" + name + "/topic.properties"),
                let (topic, count) = decode(name, bytes)
            else { continue }
            topics[name] = topic
            addPartitions(topic, upTo: count)
            for partition in topic.partitions {
                if let cut = try partition.recover() { cuts.append(cut) }
            }
        }
        return cuts
    }

    /// Makes a topic; durable when it returns.
    func create(_ name: String, partitions: Int, settings: TopicSettings) throws(StoreError) -> Topic {
        let topic = Topic(name: name, id: TopicID.fresh(), settings: settings)
        let draft = drafts + "/" + name
        try Disk.makeFolder(draft)
        try Disk.replace(draft + "/topic.properties", with: encode(topic, partitions))
        try Disk.move(draft, to: folder + "/" + name)
        try Disk.syncFolder(folder)
        topics[name] = topic
        addPartitions(topic, upTo: partitions)
        return topic
    }

    /// Adds partitions or changes settings; durable when it returns.
    func update(_ topic: Topic, partitions: Int, settings: TopicSettings) throws(StoreError) {
        try Disk.replace(
            folder + "/" + topic.name + "/topic.properties",
            with: encode(Topic(name: topic.name, id: topic.id, settings: settings), partitions))
        topic.settings = settings
        addPartitions(topic, upTo: partitions)
    }

    /// Takes a topic away; its files go to the trash. Durable when it returns.
    func delete(_ topic: Topic) throws(StoreError) {
        try Disk.move(folder + "/" + topic.name, to: trash + "/" + String(nextTrash))
        nextTrash += 1
        try Disk.syncFolder(folder)
        topics[topic.name] = nil
        for partition in topic.partitions {
            partition.isBroken = true
            partitions[partition.id] = nil
            for segment in partition.segments { pool.forget(segment.path) }
        }
    }

    private func addPartitions(_ topic: Topic, upTo count: Int) {
        while topic.partitions.count < count {
            let index = Int32(topic.partitions.count)
            let log = PartitionLog(
                id: nextPartitionID, topic: topic.name, topicID: topic.id, index: index,
                folder: folder + "/" + topic.name + "/" + String(index), settings: topic.settings, pool: pool,
                scanner: scanner)
            nextPartitionID += 1
            topic.partitions.append(log)
            partitions[log.id] = log
        }
    }

    private func encode(_ topic: Topic, _ partitions: Int) -> [UInt8] {
        var lines = ["id=" + topic.id.text, "partitions=" + String(partitions)]
        for setting in topic.settings.overrides { lines.append("config." + setting.name + "=" + setting.value) }
        return [UInt8]((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func decode(_ name: String, _ bytes: [UInt8]) -> (Topic, Int)? {
        var settings = TopicSettings()
        var id: TopicID?
        var partitions: Int?
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "id": id = TopicID(parts[1])
            case "partitions": partitions = Int(parts[1])
            case let key where key.hasPrefix("config."): _ = settings.set(String(key.dropFirst(7)), to: parts[1])
            default: break
            }
        }
        guard let id, let partitions, partitions > 0 else { return nil }
        return (Topic(name: name, id: id, settings: settings), partitions)
    }
}
