import LocalBrokerDomain

/// `CreateTopics` on the wire.
struct CreateTopicsRequest {
    struct Topic {
        var name: String
        var partitions: Int32
        var replication: Int16
        /// Partition numbers given by hand.
        var assigned: [Int32]
        var settings: [(name: String, value: String?)]
    }

    struct Answer {
        var name: String
        var id: TopicID?
        var fault: BrokerFault
        var message: String?
        var partitions: Int32 = -1
        var settings: [TopicSettings.Described]?
    }

    var topics: [Topic]
    var validatesOnly: Bool

    init(_ reader: inout WireReader, _ version: Int16) {
        topics = reader.array { reader in
            let name = reader.string()
            let partitions = reader.int32()
            let replication = reader.int16()
            let assigned = reader.array { reader in
                let index = reader.int32()
                _ = reader.array { $0.int32() }
                reader.tags()
                return index
            }
            let settings = reader.array { reader in
                let setting = (name: reader.string(), value: reader.nullableString())
                reader.tags()
                return setting
            }
            reader.tags()
            return Topic(
                name: name, partitions: partitions, replication: replication, assigned: assigned, settings: settings)
        }
        _ = reader.int32()
        validatesOnly = version >= 1 ? reader.bool() : false
        reader.tags()
    }

    static func write(_ topics: [Answer], _ writer: inout WireWriter, _ version: Int16) {
        if version >= 2 { writer.int32(0) }
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            if version >= 7 { writer.uuid(topic.id ?? TopicID(high: 0, low: 0)) }
            writer.fault(topic.fault)
            if version >= 1 { writer.nullableString(topic.message) }
            if version >= 5 {
                writer.int32(topic.partitions)
                writer.int16(topic.partitions < 0 ? -1 : 1)
                writer.array(topic.settings ?? []) { writer, setting in
                    writer.string(setting.name)
                    writer.nullableString(setting.value)
                    writer.bool(false)
                    writer.int8(setting.isDefault ? 5 : 1)
                    writer.bool(false)
                    writer.tags()
                }
            }
            writer.tags()
        }
        writer.tags()
    }
}

/// `Metadata` on the wire.
struct MetadataRequest {
    /// Nil for all topics.
    var topics: [(name: String?, id: TopicID?)]?
    var createsTopics = true

    init(_ reader: inout WireReader, _ version: Int16) {
        topics = reader.nullableArray { reader in
            let id = version >= 10 ? reader.uuid() : nil
            let name = reader.nullableString()
            reader.tags()
            return (name: name, id: id)
        }
        if version == 0, topics?.isEmpty == true { topics = nil }
        if version >= 4 { createsTopics = reader.bool() }
        if (8...10).contains(version) { _ = reader.bool() }
        if version >= 8 { _ = reader.bool() }
        reader.tags()
    }
}

/// The answer to `Metadata`.
struct MetadataResponse {
    struct Topic {
        var fault: BrokerFault
        var name: String?
        var id: TopicID?
        var partitions: Int
    }

    var host: String
    var port: Int32
    var clusterID: String
    var topics: [Topic]

    func write(_ writer: inout WireWriter, _ version: Int16) {
        if version >= 3 { writer.int32(0) }
        writer.array([LocalNode.id]) { writer, node in
            writer.int32(node)
            writer.string(host)
            writer.int32(port)
            if version >= 1 { writer.nullableString(nil) }
            writer.tags()
        }
        if version >= 2 { writer.nullableString(clusterID) }
        if version >= 1 { writer.int32(LocalNode.id) }
        writer.array(topics) { writer, topic in
            writer.fault(topic.fault)
            if version >= 12 { writer.nullableString(topic.name) } else { writer.string(topic.name ?? "") }
            if version >= 10 { writer.uuid(topic.id ?? TopicID(high: 0, low: 0)) }
            if version >= 1 { writer.bool(false) }
            writer.array(Array(0..<Int32(topic.partitions))) { writer, index in
                writePartition(index, &writer, version)
            }
            if version >= 8 { writer.int32(Int32.min) }
            writer.tags()
        }
        if (8...10).contains(version) { writer.int32(Int32.min) }
        writer.tags()
    }

    private func writePartition(_ index: Int32, _ writer: inout WireWriter, _ version: Int16) {
        writer.fault(.none)
        writer.int32(index)
        writer.int32(LocalNode.id)
        if version >= 7 { writer.int32(0) }
        for _ in 0..<2 { writer.array([LocalNode.id]) { $0.int32($1) } }
        if version >= 5 { writer.length(0) }
        writer.tags()
    }
}

/// The one node that there is.
enum LocalNode {
    static let id: Int32 = 1
}
