import LocalBrokerDomain

/// A wish for records.
struct FetchRequest {
    struct Partition {
        var index: Int32
        var offset: Int64
        var maxBytes: Int
    }

    var maxWait: Int64
    var minBytes: Int
    var maxBytes: Int
    var sessionID: Int32 = 0
    var topics: [(name: String, partitions: [Partition])]

    init(_ reader: inout WireReader, _ version: Int16) {
        _ = reader.int32()
        maxWait = Int64(reader.int32())
        minBytes = Int(reader.int32())
        maxBytes = Int(reader.int32())
        _ = reader.int8()
        if version >= 7 {
            sessionID = reader.int32()
            _ = reader.int32()
        }
        topics = reader.array { reader in
            let name = reader.string()
            let partitions = reader.array { reader in
                let index = reader.int32()
                if version >= 9 { _ = reader.int32() }
                let offset = reader.int64()
                if version >= 12 { _ = reader.int32() }
                if version >= 5 { _ = reader.int64() }
                let maxBytes = Int(reader.int32())
                reader.tags()
                return Partition(index: index, offset: offset, maxBytes: maxBytes)
            }
            reader.tags()
            return (name, partitions)
        }
        if version >= 7 {
            _ = reader.array { reader in
                _ = reader.string()
                _ = reader.array { $0.int32() }
                reader.tags()
            }
        }
        if version >= 11 { _ = reader.string() }
        reader.tags()
    }
}

/// The records, or why not.
struct FetchResponse {
    struct Partition {
        var index: Int32
        var fault: BrokerFault
        var highWatermark: Int64 = -1
        var startOffset: Int64 = -1
        var slice: LogSlice?
    }

    var fault = BrokerFault.none
    var topics: [(name: String, partitions: [Partition])] = []

    /// Bytes of records in it.
    var recordBytes: Int {
        topics.reduce(0) { $0 + $1.partitions.reduce(0) { $0 + ($1.slice?.count ?? 0) } }
    }

    /// The response in pieces, the records straight from their files.
    func pieces(_ header: RequestHeader) -> [OutputPiece] {
        let version = header.version
        var writer = header.answer()
        var pieces: [OutputPiece] = []
        var sent = 0
        writer.int32(0)
        if version >= 7 {
            writer.fault(fault)
            writer.int32(0)
        }
        writer.length(topics.count)
        for topic in topics {
            writer.string(topic.name)
            writer.length(topic.partitions.count)
            for partition in topic.partitions {
                writeHead(partition, &writer, version)
                writer.length(partition.slice?.count ?? 0)
                if let slice = partition.slice {
                    pieces.append(.bytes(Array(writer.bytes[sent...])))
                    sent = writer.count
                    pieces.append(.slice(slice))
                }
                writer.tags()
            }
            writer.tags()
        }
        writer.tags()
        let whole = writer.finish(extra: recordBytes)
        if sent == 0 { return [.bytes(whole)] }
        if case .bytes(let first) = pieces[0] { pieces[0] = .bytes(Array(whole[..<first.count])) }
        if sent < whole.count { pieces.append(.bytes(Array(whole[sent...]))) }
        return pieces
    }

    private func writeHead(_ partition: Partition, _ writer: inout WireWriter, _ version: Int16) {
        writer.int32(partition.index)
        writer.fault(partition.fault)
        writer.int64(partition.highWatermark)
        writer.int64(partition.highWatermark)
        if version >= 5 { writer.int64(partition.startOffset) }
        writer.nullLength()
        if version >= 11 { writer.int32(-1) }
    }
}

/// A part of a response: bytes, or a piece of a file.
enum OutputPiece {
    case bytes([UInt8])
    case slice(LogSlice)

    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .slice(let slice): slice.count
        }
    }
}
