import LocalBrokerDomain

extension Broker {
    func answerApiVersions(_ call: BrokerCall, fault: BrokerFault) {
        answer(call) { writer in
            writer.fault(fault)
            writer.array(ApiKey.allCases) { writer, api in
                writer.int16(api.rawValue)
                writer.int16(api.versions.lowerBound)
                writer.int16(api.versions.upperBound)
                writer.tags()
            }
            if call.version >= 1 { writer.int32(0) }
            writer.tags()
        }
    }

    func metadata(_ call: BrokerCall, _ request: MetadataRequest) {
        var found: [MetadataResponse.Topic] = []
        if let wanted = request.topics {
            for entry in wanted {
                if let name = entry.name {
                    found.append(describe(name, creating: configuration.createsTopics && request.createsTopics))
                } else if let topic = topics.sorted.first(where: { $0.id == entry.id }) {
                    found.append(describe(topic.name, creating: false))
                } else {
                    found.append(.init(fault: .unknownTopicOrPartition, name: nil, id: entry.id, partitions: 0))
                }
            }
        } else {
            found = topics.sorted.map { describe($0.name, creating: false) }
        }
        let (host, port) = address(for: call.connection)
        let response = MetadataResponse(host: host, port: port, clusterID: clusterID, topics: found)
        answer(call) { response.write(&$0, call.version) }
    }

    private func describe(_ name: String, creating: Bool) -> MetadataResponse.Topic {
        var topic = topics[name]
        if topic == nil, creating, TopicName.isValid(name) {
            topic = try? topics.create(name, partitions: configuration.partitions, settings: TopicSettings())
        }
        guard let topic else {
            let fault: BrokerFault = TopicName.isValid(name) ? .unknownTopicOrPartition : .invalidTopic
            return MetadataResponse.Topic(fault: fault, name: name, partitions: 0)
        }
        return MetadataResponse.Topic(fault: .none, name: name, id: topic.id, partitions: topic.partitions.count)
    }

    func describeCluster(_ call: BrokerCall) {
        let (host, port) = address(for: call.connection)
        answer(call) { writer in
            writer.int32(0)
            writer.fault(.none)
            writer.nullableString(nil)
            if call.version >= 1 { writer.int8(1) }
            writer.string(clusterID)
            writer.int32(LocalNode.id)
            writer.array([LocalNode.id]) { writer, node in
                writer.int32(node)
                writer.string(host)
                writer.int32(port)
                writer.nullableString(nil)
                writer.tags()
            }
            writer.int32(Int32.min)
            writer.tags()
        }
    }

    func refuseSasl(_ call: BrokerCall) {
        answer(call) { writer in
            writer.fault(.unsupportedSaslMechanism)
            writer.length(0)
        }
    }

    func initProducerID(_ call: BrokerCall, _ reader: inout WireReader) {
        let isTransactional = reader.nullableString() != nil
        _ = reader.int32()
        var known: (id: Int64, epoch: Int16) = (-1, -1)
        if call.version >= 3 { known = (reader.int64(), reader.int16()) }
        var fault = BrokerFault.none
        var given: (id: Int64, epoch: Int16) = (-1, -1)
        if isTransactional {
            fault = .unsupportedVersion
        } else if known.id >= 0, known.epoch >= 0, known.epoch < Int16.max {
            given = (known.id, known.epoch + 1)
        } else {
            do throws(StoreError) {
                given = (try producerIDs.take(), 0)
            } catch {
                complain(error)
                fault = .kafkaStorageError
            }
        }
        answer(call) { writer in
            writer.int32(0)
            writer.fault(fault)
            writer.int64(given.id)
            writer.int16(given.epoch)
            writer.tags()
        }
    }
}
