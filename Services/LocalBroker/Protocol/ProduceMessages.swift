import LocalBrokerDomain

/// Batches to append.
struct ProduceRequest {
    struct Partition {
        var index: Int32
        /// Where in the request the batch lies; nil for null.
        var records: Range<Int>?
    }

    var isTransactional: Bool
    var acks: Int16
    var topics: [(name: String, partitions: [Partition])]

    init(_ reader: inout WireReader) {
        isTransactional = reader.nullableString() != nil
        acks = reader.int16()
        _ = reader.int32()
        topics = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let index = reader.int32()
                let records = reader.nullableSlice().map { slice in
                    let start = reader.offset(of: slice)
                    return start..<start + slice.count
                }
                reader.tags()
                return Partition(index: index, records: records)
            }
            reader.tags()
            return (name, partitions)
        }
        reader.tags()
    }
}

/// What became of them.
struct ProduceResponse {
    struct Partition {
        var index: Int32
        var fault: BrokerFault
        var baseOffset: Int64 = -1
        var appendTime: Int64 = -1
        var startOffset: Int64 = -1
        var message: String?
    }

    var topics: [(name: String, partitions: [Partition])]

    func write(_ writer: inout WireWriter, _ version: Int16) {
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            writer.array(topic.partitions) { writer, partition in
                writer.int32(partition.index)
                writer.fault(partition.fault)
                writer.int64(partition.baseOffset)
                if version >= 2 { writer.int64(partition.appendTime) }
                if version >= 5 { writer.int64(partition.startOffset) }
                if version >= 8 {
                    writer.length(0)
                    writer.nullableString(partition.message)
                }
                writer.tags()
            }
            writer.tags()
        }
        if version >= 1 { writer.int32(0) }
        writer.tags()
    }
}
