import CKafka
public import Core

/// What went wrong between this process and Kafka. Switch on `code`, never on text.
public struct KafkaError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    public enum Code: String, Sendable, Hashable {
        /// No broker can be reached, or none in time.
        case unavailable
        /// The topic or partition does not exist (yet).
        case unknownTopic
        /// The message is larger than broker or client allow.
        case messageTooLarge
        /// The broker refuses the message or the request itself.
        case invalid
        /// The client may not do this, or is not who it says.
        case denied
        /// The client's state is broken for good; a new client is needed.
        case fatal
        /// Another process has joined the group under this one's name.
        case fenced
        /// The message was given up on this side before it was acknowledged.
        case purged
        /// The client is closed.
        case closed
        /// The task was cancelled; what was enqueued is still sent.
        case cancelled
        /// A setting is wrong.
        case configuration
        /// Anything else.
        case other
    }

    /// What kind of failure it is.
    public var code: Code
    /// librdkafka's own number, for the log.
    public var number: Int32
    /// librdkafka's sentence.
    public var reason: String
    /// For a sent batch: the positions of the messages that were not acknowledged.
    public var failed: [Int] = []
    /// Those of `failed` that never will be: too large, or refused as they are.
    public var refused: [Int] = []

    /// An error of this kind.
    package init(_ code: Code, number: Int32 = 0, _ reason: String) {
        (self.code, self.number, self.reason) = (code, number, reason)
    }

    init(_ error: rd_kafka_resp_err_t) {
        self.init(Code(error), number: error.rawValue, String(cString: rd_kafka_err2str(error)))
    }

    /// Whether the same request may succeed later.
    public var isRetriable: Bool {
        switch code {
        case .unavailable, .unknownTopic, .fatal, .purged, .other: true
        case .messageTooLarge, .invalid, .denied, .closed, .cancelled, .configuration, .fenced: false
        }
    }

    /// The code of the page that tells an operator what to do.
    public var errorCode: ErrorCode {
        switch code {
        case .unavailable, .purged, .cancelled, .closed: "KA0001"
        case .unknownTopic: "KA0002"
        case .messageTooLarge, .invalid: "KA0003"
        case .denied, .configuration: "KA0004"
        case .fatal, .other: "KA0005"
        case .fenced: "KA0007"
        }
    }

    /// Every code that `errorCode` can give, and that of a read position that no longer exists.
    public static let errorCodes: [ErrorCode] = ["KA0001", "KA0002", "KA0003", "KA0004", "KA0005", "KA0006", "KA0007"]
}

extension KafkaError: CustomStringConvertible {
    /// The code and librdkafka's sentence, which shows no data.
    public var description: String { "\(errorCode) kafka \(code.rawValue) (\(number)): \(reason)" }
}

extension KafkaError.Code {
    init(_ error: rd_kafka_resp_err_t) {
        switch error {
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
            RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR__FENCED:
            self = .fatal
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID: self = .fenced
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: self = .purged
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR__QUEUE_FULL:
            self = .unavailable
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            self = .unknownTopic
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: self = .messageTooLarge
        case RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR__INVALID_ARG,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
            self = .invalid
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            self = .denied
        default: self = .other
        }
    }
}
