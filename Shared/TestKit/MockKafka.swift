import CKafka
import Glibc

/// librdkafka's own mock cluster in this process: one broker without a disk, for tests of the client alone. It keeps 5
/// MB a partition and knows no admin calls.
///
/// Unchecked because the mock's functions lock for themselves.
public final class MockKafka: @unchecked Sendable {
    private let client: OpaquePointer
    private let cluster: OpaquePointer

    /// Where it listens.
    public var bootstrap: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Starts it with these topics.
    public init(_ topics: [String], partitions: Int32 = 4) throws {
        var reason = [CChar](repeating: 0, count: 256)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, nil, &reason, reason.count),
            let cluster = rd_kafka_mock_cluster_new(client, 1)
        else { throw TestFailure("no mock cluster") }
        (self.client, self.cluster) = (client, cluster)
        for topic in topics { rd_kafka_mock_topic_create(cluster, topic, partitions, 1) }
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    /// Takes the broker away, or brings it back.
    public func setReachable(_ isReachable: Bool) {
        if isReachable { rd_kafka_mock_broker_set_up(cluster, 1) } else { rd_kafka_mock_broker_set_down(cluster, 1) }
    }

    /// Lets the next produce requests fail as an idempotent producer's client cannot mend.
    public func failProduces(_ count: Int) {
        var errors = [rd_kafka_resp_err_t](repeating: RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, count: count)
        rd_kafka_mock_push_request_errors_array(cluster, 0, errors.count, &errors)
    }
}
