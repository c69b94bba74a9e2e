import LocalBrokerDomain

extension Broker {
    private typealias Resource = (kind: Int8, name: String)
    private static let topicKind: Int8 = 2
    private static let brokerKind: Int8 = 4

    func describeConfigs(_ call: BrokerCall, _ reader: inout WireReader) {
        let wanted = reader.array { reader in
            let kind = reader.int8()
            let name = reader.string()
            let keys = reader.nullableArray { $0.string() }
            reader.tags()
            return (kind: kind, name: name, keys: keys)
        }
        answer(call) { writer in
            writer.int32(0)
            writer.array(wanted) { writer, resource in
                let (fault, message, all) = settings(of: (resource.kind, resource.name))
                let shown = all.filter { resource.keys?.contains($0.name) ?? true }
                writer.fault(fault)
                writer.nullableString(message)
                writer.int8(resource.kind)
                writer.string(resource.name)
                writer.array(shown) { write($1, &$0, call.version) }
                writer.tags()
            }
            writer.tags()
        }
    }

    private func write(_ setting: TopicSettings.Described, _ writer: inout WireWriter, _ version: Int16) {
        writer.string(setting.name)
        writer.nullableString(setting.value)
        writer.bool(false)
        if version == 0 { writer.bool(setting.isDefault) } else { writer.int8(setting.isDefault ? 5 : 1) }
        writer.bool(false)
        if version >= 1 { writer.length(0) }
        if version >= 3 {
            writer.int8(setting.type)
            writer.nullableString(nil)
        }
        writer.tags()
    }

    private func settings(of resource: Resource) -> (BrokerFault, String?, [TopicSettings.Described]) {
        switch resource.kind {
        case Self.topicKind:
            guard let topic = topics[resource.name] else { return (.unknownTopicOrPartition, nil, []) }
            return (.none, nil, topic.settings.described)
        case Self.brokerKind:
            let values = [
                ("broker.id", String(LocalNode.id)), ("log.dirs", configuration.dataFolder),
                ("num.partitions", String(configuration.partitions)),
                ("default.replication.factor", "1"), ("min.insync.replicas", "1"),
                ("auto.create.topics.enable", String(configuration.createsTopics)),
                ("message.max.bytes", TopicSettings()["max.message.bytes"]),
            ]
            return (
                .none, nil,
                values.map { TopicSettings.Described(name: $0.0, value: $0.1, isDefault: true, type: 2) }
            )
        default: return (.invalidRequest, "Only topics and the broker have settings", [])
        }
    }

    func alterConfigs(_ call: BrokerCall, _ reader: inout WireReader) {
        let wanted = reader.array { reader in
            let resource: Resource = (reader.int8(), reader.string())
            let entries = reader.array { reader in
                let entry = (name: reader.string(), value: reader.nullableString())
                reader.tags()
                return entry
            }
            reader.tags()
            return (resource: resource, entries: entries)
        }
        let validatesOnly = reader.bool()
        guard !reader.isBroken else { return }
        let results = wanted.map { item in
            let outcome = alter(item.resource, validatesOnly: validatesOnly) { settings in
                settings = TopicSettings()
                for entry in item.entries {
                    if let reason = settings.set(entry.name, to: entry.value) { return reason }
                }
                return nil
            }
            return (resource: item.resource, fault: outcome.fault, message: outcome.message)
        }
        answerAltered(call, results)
    }

    func incrementalAlterConfigs(_ call: BrokerCall, _ reader: inout WireReader) {
        let wanted = reader.array { reader in
            let resource: Resource = (reader.int8(), reader.string())
            let entries = reader.array { reader in
                let entry = (name: reader.string(), operation: reader.int8(), value: reader.nullableString())
                reader.tags()
                return entry
            }
            reader.tags()
            return (resource: resource, entries: entries)
        }
        let validatesOnly = reader.bool()
        guard !reader.isBroken else { return }
        let results = wanted.map { item in
            let outcome = alter(item.resource, validatesOnly: validatesOnly) { settings in
                for entry in item.entries {
                    let reason =
                        switch entry.operation {
                        case 0: settings.set(entry.name, to: entry.value)
                        case 1: settings.set(entry.name, to: nil)
                        case 2, 3:
                            settings.change(entry.name, adding: entry.value ?? "", removing: entry.operation == 3)
                        default: "Unknown operation \(entry.operation)"
                        }
                    if let reason { return reason }
                }
                return nil
            }
            return (resource: item.resource, fault: outcome.fault, message: outcome.message)
        }
        answerAltered(call, results)
    }

    private func alter(
        _ resource: Resource, validatesOnly: Bool, _ change: (inout TopicSettings) -> String?
    ) -> (fault: BrokerFault, message: String?) {
        guard resource.kind == Self.topicKind else { return (.invalidRequest, "Only topics' settings can be changed") }
        guard let topic = topics[resource.name] else { return (.unknownTopicOrPartition, nil) }
        var settings = topic.settings
        if let reason = change(&settings) { return (.invalidConfig, reason) }
        guard !validatesOnly else { return (.none, nil) }
        do throws(StoreError) {
            try topics.update(topic, partitions: topic.partitions.count, settings: settings)
            return (.none, nil)
        } catch {
            complain(error)
            return (.kafkaStorageError, error.description)
        }
    }

    private func answerAltered(
        _ call: BrokerCall, _ results: [(resource: Resource, fault: BrokerFault, message: String?)]
    ) {
        answer(call) { writer in
            writer.int32(0)
            writer.array(results) { writer, result in
                writer.fault(result.fault)
                writer.nullableString(result.message)
                writer.int8(result.resource.kind)
                writer.string(result.resource.name)
                writer.tags()
            }
            writer.tags()
        }
    }
}
