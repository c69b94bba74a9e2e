import LocalBrokerDomain

/// `JoinGroup` on the wire.
struct JoinGroupRequest {
    var group: String
    var sessionTimeout: Int64
    var rebalanceTimeout: Int64
    var memberID: String
    var instanceID: String?
    var protocolType: String
    var protocols: [GroupProtocol]

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        sessionTimeout = Int64(reader.int32())
        rebalanceTimeout = version >= 1 ? Int64(reader.int32()) : sessionTimeout
        memberID = reader.string()
        instanceID = version >= 5 ? reader.nullableString() : nil
        protocolType = reader.string()
        protocols = reader.array { reader in
            let name = reader.string()
            let metadata = reader.byteField()
            reader.tags()
            return GroupProtocol(name: name, metadata: metadata)
        }
        if version >= 8 { _ = reader.nullableString() }
        reader.tags()
    }

    static func write(_ answer: GroupJoined, _ writer: inout WireWriter, _ version: Int16) {
        if version >= 2 { writer.int32(0) }
        writer.fault(answer.fault)
        writer.int32(answer.generation)
        if version >= 7 { writer.nullableString(answer.protocolType) }
        if version >= 7 { writer.nullableString(answer.protocolName) } else { writer.string(answer.protocolName ?? "") }
        writer.string(answer.leader)
        if version >= 9 { writer.bool(false) }
        writer.string(answer.memberID)
        writer.array(answer.members) { writer, member in
            writer.string(member.id)
            if version >= 5 { writer.nullableString(member.instanceID) }
            writer.byteField(member.metadata)
            writer.tags()
        }
        writer.tags()
    }
}

/// `SyncGroup` on the wire.
struct SyncGroupRequest {
    var group: String
    var generation: Int32
    var memberID: String
    var instanceID: String?
    var protocolType: String?
    var protocolName: String?
    var assignments: [GroupMachine.Assignment]

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        generation = reader.int32()
        memberID = reader.string()
        instanceID = version >= 3 ? reader.nullableString() : nil
        if version >= 5 {
            protocolType = reader.nullableString()
            protocolName = reader.nullableString()
        }
        assignments = reader.array { reader in
            let id = reader.string()
            let assignment = reader.byteField()
            reader.tags()
            return (id, assignment)
        }
        reader.tags()
    }

    static func write(_ answer: GroupSynced, _ writer: inout WireWriter, _ version: Int16) {
        if version >= 1 { writer.int32(0) }
        writer.fault(answer.fault)
        if version >= 5 {
            writer.nullableString(answer.protocolType)
            writer.nullableString(answer.protocolName)
        }
        writer.byteField(answer.assignment)
        writer.tags()
    }
}

/// `Heartbeat` on the wire.
struct HeartbeatRequest {
    var group: String
    var generation: Int32
    var memberID: String
    var instanceID: String?

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        generation = reader.int32()
        memberID = reader.string()
        instanceID = version >= 3 ? reader.nullableString() : nil
        reader.tags()
    }
}

/// `LeaveGroup` on the wire.
struct LeaveGroupRequest {
    typealias Member = (id: String, instanceID: String?)

    var group: String
    var members: [Member]

    init(_ reader: inout WireReader, _ version: Int16) {
        group = reader.string()
        if version < 3 {
            members = [(reader.string(), nil)]
        } else {
            members = reader.array { reader in
                let member = (reader.string(), reader.nullableString())
                if version >= 5 { _ = reader.nullableString() }
                reader.tags()
                return member
            }
        }
        reader.tags()
    }

    static func write(
        _ fault: BrokerFault, _ members: [(member: Member, fault: BrokerFault)], _ writer: inout WireWriter,
        _ version: Int16
    ) {
        if version >= 1 { writer.int32(0) }
        guard version >= 3 else { return writer.fault(members.first?.fault ?? fault) }
        writer.fault(fault)
        writer.array(members) { writer, result in
            writer.string(result.member.id)
            writer.nullableString(result.member.instanceID)
            writer.fault(result.fault)
            writer.tags()
        }
        writer.tags()
    }
}
