import Configuration
import Core
import Telemetry

/// The settings that all services share.
struct FrameConfiguration: Sendable {
    var postgresURL: Secret
    var postgresConnections: Int
    var kafkaBootstrap: String
    var kafkaSettings: [String: String]
    var kafkaInstance: String?
    var topicPrefix: String
    var partitions: Int
    var redisURL: Secret
    var objects: String
    var s3AccessKey: String?
    var s3SecretKey: Secret?
    var adminListen: Endpoint
    var otlpEndpoint: String?
    var logLevel: LogLevel
    var tenant: String
    var grace: Duration

    init(_ reader: inout ConfigurationReader, adminPort: Int) {
        postgresURL = reader.secret(
            "CADENZA_POSTGRES_URL", help: "Where its schema lies: postgres://user:password@host:port/database")
        postgresConnections = reader.int(
            "CADENZA_POSTGRES_CONNECTIONS", in: 2...200, default: 8, help: "Connections at a time, each with a thread.")
        kafkaBootstrap = reader.string(
            "CADENZA_KAFKA_BOOTSTRAP", default: "127.0.0.1:19092", help: "One or more brokers: host:port,host:port")
        kafkaSettings = Self.settings(
            reader.optionalSecret(
                "CADENZA_KAFKA_SETTINGS",
                help: "librdkafka settings, such as security.protocol=SASL_SSL,sasl.mechanism=…"),
            &reader)
        kafkaInstance = reader.optionalString(
            "CADENZA_KAFKA_INSTANCE",
            help: "A name that no other process of this service has, such as the pod's: after a crash it has its "
                + "partitions again at once.")
        topicPrefix = reader.string("CADENZA_TOPIC_PREFIX", default: "cadenza.", help: "Before every topic's name.")
        partitions = reader.int(
            "CADENZA_TOPIC_PARTITIONS", in: 1...1000, default: 12, help: "Of topics that do not exist yet.")
        redisURL = reader.secret(
            "CADENZA_REDIS_URL", default: Secret("redis://127.0.0.1:16379"),
            help: "For caches and limits: redis://user:password@host:port/number (default redis://127.0.0.1:16379)")
        objects = reader.string(
            "CADENZA_OBJECTS", help: "Where blobs lie: file:///folder or s3://bucket?endpoint=https://host&region=name")
        s3AccessKey = reader.optionalString("CADENZA_S3_ACCESS_KEY", help: "For s3:// only.")
        s3SecretKey = reader.optionalSecret("CADENZA_S3_SECRET_KEY", help: "For s3:// only.")
        adminListen = reader.endpoint(
            "CADENZA_ADMIN_LISTEN", default: "127.0.0.1:\(adminPort)", help: "Serves /healthz, /readyz and /metrics.")
        otlpEndpoint = reader.optionalString(
            "CADENZA_OTLP_ENDPOINT", help: "Traces go there by OTLP over HTTP, such as http://127.0.0.1:4318")
        logLevel = reader.choice("CADENZA_LOG_LEVEL", default: LogLevel.info, help: "The least level that is written.")
        tenant = reader.string("CADENZA_TENANT_DEFAULT", default: "default", help: "Whose is what names no tenant.")
        grace = reader.duration(
            "CADENZA_SHUTDOWN_GRACE", default: .seconds(20), help: "How long a drain may take before it is cut short.")
    }

    /// What the ids of this process's predecessors under its name begin with, and its own; nil when it has no name.
    var predecessors: String? { kafkaInstance.map { $0 + "@" } }

    private static func settings(_ text: Secret?, _ reader: inout ConfigurationReader) -> [String: String] {
        var settings: [String: String] = [:]
        for part in text?.reveal().split(separator: ",") ?? [] {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else {
                reader.fault("CADENZA_KAFKA_SETTINGS", "its value is not name=value,name=value")
                return [:]
            }
            settings[String(pair[0])] = String(pair[1])
        }
        return settings
    }
}
