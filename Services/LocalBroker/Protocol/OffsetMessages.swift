import LocalBrokerDomain

/// `OffsetCommit` on the wire.
struct OffsetCommitRequest {
    struct Partition {
        var index: Int32
        var offset: Int64
        var leaderEpoch: Int32
        var metadata: String
    }

    var group: String
    var generation: Int32
    var memberID: String
    var instanceID: String?
    var topics: [(name: String, partitions: [Partition])]

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        generation = reader.int32()
        memberID = reader.string()
        instanceID = version >= 7 ? reader.nullableString() : nil
        if version <= 4 { _ = reader.int64() }
        topics = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let index = reader.int32()
                let offset = reader.int64()
                let epoch = version >= 6 ? reader.int32() : -1
                let metadata = reader.nullableString() ?? ""
                reader.tags()
                return Partition(index: index, offset: offset, leaderEpoch: epoch, metadata: metadata)
            }
            reader.tags()
            return (name, partitions)
        }
        reader.tags()
    }

    /// The answer: a fault for each partition.
    static func write(
        _ topics: [(name: String, partitions: [(index: Int32, fault: BrokerFault)])], _ writer: inout WireWriter,
        _ version: Int16
    ) {
        if version >= 3 { writer.int32(0) }
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            writer.array(topic.partitions) { writer, partition in
                writer.int32(partition.index)
                writer.fault(partition.fault)
                writer.tags()
            }
            writer.tags()
        }
        writer.tags()
    }
}

/// `OffsetFetch` on the wire.
struct OffsetFetchRequest {
    var group: String
    /// Nil for all that the group has.
    var topics: [(name: String, partitions: [Int32])]?

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        topics = reader.nullableArray { reader in
            let name = reader.string()
            let partitions = reader.array { $0.int32() }
            reader.tags()
            return (name, partitions)
        }
        if version >= 7 { _ = reader.bool() }
        reader.tags()
    }

    static func write(
        _ topics: [(name: String, partitions: [(index: Int32, offset: CommittedOffset?)])],
        _ writer: inout WireWriter, _ version: Int16
    ) {
        if version >= 3 { writer.int32(0) }
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            writer.array(topic.partitions) { writer, partition in
                writer.int32(partition.index)
                writer.int64(partition.offset?.offset ?? -1)
                if version >= 5 { writer.int32(partition.offset?.leaderEpoch ?? -1) }
                writer.nullableString(partition.offset?.metadata ?? "")
                writer.fault(.none)
                writer.tags()
            }
            writer.tags()
        }
        if version >= 2 { writer.fault(.none) }
        writer.tags()
    }
}

/// `ListOffsets` on the wire.
struct ListOffsetsRequest {
    struct Answer {
        var index: Int32
        var fault: BrokerFault
        var timestamp: Int64 = -1
        var offset: Int64 = -1
    }

    var topics: [(name: String, partitions: [(index: Int32, time: Int64)])]

    init(_ reader: inout WireReader, _ version: Int16) {
        _ = reader.int32()
        if version >= 2 { _ = reader.int8() }
        topics = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let index = reader.int32()
                if version >= 4 { _ = reader.int32() }
                let time = reader.int64()
                reader.tags()
                return (index: index, time: time)
            }
            reader.tags()
            return (name, partitions)
        }
        reader.tags()
    }

    static func write(
        _ topics: [(name: String, partitions: [Answer])], _ writer: inout WireWriter, _ version: Int16
    ) {
        if version >= 2 { writer.int32(0) }
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            writer.array(topic.partitions) { writer, partition in
                writer.int32(partition.index)
                writer.fault(partition.fault)
                writer.int64(partition.timestamp)
                writer.int64(partition.offset)
                if version >= 4 { writer.int32(partition.offset < 0 ? -1 : 0) }
                writer.tags()
            }
            writer.tags()
        }
        writer.tags()
    }
}
