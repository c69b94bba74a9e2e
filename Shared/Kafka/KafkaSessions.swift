import Lifecycle

/// What consumers run on and how they reach a broker. Other than librdkafka's only in simulations.
package struct KafkaSessions: Sendable {
    /// What each consumer runs on.
    let makeExecutor: @Sendable () -> any SerialExecutor
    /// Opens a session; called on the consumer's executor.
    let open: @Sendable (KafkaConfiguration, KafkaConsumerConfiguration) throws(KafkaError) -> any KafkaSession

    /// Sessions that `open` gives, all on one `executor`.
    package init(
        on executor: any SerialExecutor,
        open:
            @escaping @Sendable (KafkaConfiguration, KafkaConsumerConfiguration) throws(KafkaError) ->
            any KafkaSession
    ) {
        (makeExecutor, self.open) = ({ executor }, open)
    }

    private init() {
        makeExecutor = { ThreadExecutor(name: "kafka-consumer") }
        open = { configuration, consumer throws(KafkaError) in try RDKafkaConsumer(configuration, consumer) }
    }

    /// librdkafka's, each on a thread of its own, since it blocks.
    static let librdkafka = KafkaSessions()
}
