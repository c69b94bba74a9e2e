import LocalBrokerDomain

extension Broker {
    /// All groups that have members or offsets.
    private var groupNames: [String] { Set(groups.keys).union(offsets.groups.keys).sorted() }

    private func group(_ name: String) -> GroupMachine? {
        groups[name] ?? (offsets.groups[name] == nil ? nil : GroupMachine(initialDelay: 0))
    }

    func listGroups(_ call: BrokerCall, _ reader: inout WireReader) {
        let states = call.version >= 4 ? reader.array { $0.string() } : []
        let found = groupNames.compactMap { name in group(name).map { (name: name, group: $0) } }
            .filter { states.isEmpty || states.contains($0.group.stateName) }
        answer(call) { writer in
            if call.version >= 1 { writer.int32(0) }
            writer.fault(.none)
            writer.array(found) { writer, entry in
                writer.string(entry.name)
                writer.string(entry.group.protocolType ?? "consumer")
                if call.version >= 4 { writer.string(entry.group.stateName) }
                writer.tags()
            }
            writer.tags()
        }
    }

    func describeGroups(_ call: BrokerCall, _ reader: inout WireReader) {
        let names = reader.array { $0.string() }
        if call.version >= 3 { _ = reader.bool() }
        answer(call) { writer in
            if call.version >= 1 { writer.int32(0) }
            writer.array(names) { writer, name in
                let group = group(name)
                writer.fault(.none)
                writer.string(name)
                writer.string(group?.stateName ?? "Dead")
                writer.string(group?.protocolType ?? (group == nil ? "" : "consumer"))
                writer.string(group?.protocolName ?? "")
                writer.array(group?.members ?? []) { writer, member in
                    writer.string(member.id)
                    if call.version >= 4 { writer.nullableString(member.instanceID) }
                    writer.string(member.clientID)
                    writer.string(member.clientHost)
                    let name = group?.protocolName
                    writer.byteField(member.protocols.first { $0.name == name }?.metadata ?? [])
                    writer.byteField(member.assignment)
                    writer.tags()
                }
                if call.version >= 3 { writer.int32(Int32.min) }
                writer.tags()
            }
            writer.tags()
        }
    }

    func deleteGroups(_ call: BrokerCall, _ reader: inout WireReader) {
        let names = reader.array { $0.string() }
        guard !reader.isBroken else { return }
        var results: [(name: String, fault: BrokerFault)] = []
        for name in names {
            guard let group = group(name) else {
                results.append((name, .groupIDNotFound))
                continue
            }
            guard group.isEmpty else {
                results.append((name, .nonEmptyGroup))
                continue
            }
            results.append((name, forgetOffsets(name, nil) ? .none : .kafkaStorageError))
            if results.last?.fault == BrokerFault.none { groups[name] = nil }
        }
        whenOffsetsAreDurable { [self] isFailed in
            answer(call) { writer in
                writer.int32(0)
                writer.array(results) { writer, result in
                    writer.string(result.name)
                    writer.fault(isFailed ? .kafkaStorageError : result.fault)
                    writer.tags()
                }
                writer.tags()
            }
        }
    }

    func deleteOffsets(_ call: BrokerCall, _ reader: inout WireReader) {
        let name = reader.string()
        let wanted = reader.array { reader in
            (topic: reader.string(), partitions: reader.array { $0.int32() })
        }
        guard !reader.isBroken else { return }
        var fault = BrokerFault.none
        if let group = group(name) {
            let places = wanted.flatMap { entry in
                entry.partitions.map { OffsetStore.Place(topic: entry.topic, partition: $0) }
            }
            if !group.isEmpty {
                fault = .nonEmptyGroup
            } else if !forgetOffsets(name, places) {
                fault = .kafkaStorageError
            }
        } else {
            fault = .groupIDNotFound
        }
        whenOffsetsAreDurable { [self] isFailed in
            answer(call) { writer in
                writer.fault(isFailed ? .kafkaStorageError : fault)
                writer.int32(0)
                writer.array(fault == .none ? wanted : []) { writer, entry in
                    writer.string(entry.topic)
                    writer.array(entry.partitions) { writer, partition in
                        writer.int32(partition)
                        writer.fault(.none)
                    }
                }
            }
        }
    }

    private func forgetOffsets(_ group: String, _ places: [OffsetStore.Place]?) -> Bool {
        do throws(StoreError) {
            try offsets.forget(group, places)
            noteOffsetsWritten()
            return true
        } catch {
            complain(error)
            return false
        }
    }
}
