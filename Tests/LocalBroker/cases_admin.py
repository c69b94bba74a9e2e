"""The admin API."""

from confluent_kafka import ConsumerGroupState, ConsumerGroupTopicPartitions, KafkaError, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
)

from suite import case, check, equal, refused, wait_until


def described(context, topic):
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    return {name: entry.value for name, entry in context.admin.describe_configs([resource])[resource].result(10).items()}


@case("topics are created, refused, described and deleted")
def topics(context):
    name = context.topic(3, retention_ms=123456789)
    again = context.admin.create_topics([NewTopic(name, 1, 1)])[name]
    refused(again, KafkaError.TOPIC_ALREADY_EXISTS)
    bad = context.admin.create_topics([NewTopic("no/such name", 1, 1)])["no/such name"]
    refused(bad, KafkaError.TOPIC_EXCEPTION)
    wrong = context.name()
    refused(
        context.admin.create_topics([NewTopic(wrong, 1, 1, config={"retention.ms": "soon"})])[wrong],
        KafkaError.INVALID_CONFIG,
    )
    refused(context.admin.create_topics([NewTopic(wrong, 1, 3)])[wrong], KafkaError.INVALID_REPLICATION_FACTOR)
    dry = context.admin.create_topics([NewTopic(wrong, 1, 1)], validate_only=True)[wrong]
    dry.result(10)
    check(wrong not in context.admin.list_topics(timeout=10).topics, "validate_only made a topic")
    equal(len(context.admin.list_topics(name, timeout=10).topics[name].partitions), 3, "partitions")
    context.produce(name, [b"x"])
    context.admin.delete_topics([name])[name].result(10)
    wait_until(lambda: name not in context.admin.list_topics(timeout=10).topics, 10, "the topic to go")
    refused(context.admin.delete_topics([name])[name], KafkaError.UNKNOWN_TOPIC_OR_PART)


@case("an unknown topic is unknown, and not made by asking")
def unknown(context):
    if not context.broker:
        return "left out: depends on the broker's settings"
    name = context.name()
    for _ in range(2):
        found = context.admin.list_topics(name, timeout=10).topics[name]
        equal(found.error.code(), KafkaError.UNKNOWN_TOPIC_OR_PART, "error")
    outcome = []
    producer = context.producer(message_timeout_ms=1500)
    producer.produce(name, b"x", on_delivery=lambda error, _: outcome.append(error))
    producer.flush(10)
    check(outcome and outcome[0], "a message to an unknown topic was taken")


@case("a topic made again under its old name is empty")
def again(context):
    name = context.topic()
    context.produce(name, [b"old"] * 10)
    context.admin.delete_topics([name])[name].result(10)

    def create():
        try:
            context.admin.create_topics([NewTopic(name, 1, 1)])[name].result(10)
            return True
        except Exception:
            return False

    wait_until(create, 20, "the name to be free", pause=0.5)
    context.produce(name, [b"new"])
    equal([m.value() for m in context.read(name)], [b"new"], "content")


@case("configs are described and altered, whole and one by one")
def configs(context):
    name = context.topic(retention_ms=1000000)
    equal(described(context, name)["retention.ms"], "1000000", "as created")
    resource = ConfigResource(ConfigResource.Type.TOPIC, name, set_config={"retention.ms": "2000000"})
    context.admin.alter_configs([resource])[resource].result(10)
    equal(described(context, name)["retention.ms"], "2000000", "altered")
    change = ConfigResource(
        ConfigResource.Type.TOPIC,
        name,
        incremental_configs=[
            ConfigEntry("segment.bytes", "1048576", incremental_operation=AlterConfigOpType.SET),
            ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.APPEND),
            ConfigEntry("retention.ms", None, incremental_operation=AlterConfigOpType.DELETE),
        ],
    )
    context.admin.incremental_alter_configs([change])[change].result(10)
    now = described(context, name)
    equal((now["segment.bytes"], now["cleanup.policy"]), ("1048576", "delete,compact"), "incremental")
    equal(now["retention.ms"], "604800000", "default again")


@case("partitions are added, never taken away")
def partitions(context):
    name = context.topic(2)
    context.admin.create_partitions([NewPartitions(name, 5)])[name].result(10)
    wait_until(lambda: len(context.admin.list_topics(name, timeout=10).topics[name].partitions) == 5, 10, "5 partitions")
    context.produce(name, [b"x"], partition=4)
    equal(len(context.read(name, 4)), 1, "messages in the new partition")
    refused(context.admin.create_partitions([NewPartitions(name, 3)])[name], KafkaError.INVALID_PARTITIONS)


@case("records are deleted up to an offset")
def records(context):
    name = context.topic()
    context.produce(name, [str(i).encode() for i in range(100)])
    place = TopicPartition(name, 0, 40)
    result = context.admin.delete_records([place])[place].result(10)
    equal(result.low_watermark, 40, "low watermark")
    equal([m.value() for m in context.read(name)][0], b"40", "first message")
    earliest = context.admin.list_offsets({TopicPartition(name, 0): OffsetSpec.earliest()})
    equal([f.result(10).offset for f in earliest.values()], [40], "earliest")
    newest = context.admin.list_offsets({TopicPartition(name, 0): OffsetSpec.max_timestamp()})
    check([f.result(10).offset for f in newest.values()][0] >= 40, "newest by time")


@case("groups are listed, described, their offsets altered, and deleted")
def groups(context):
    name, group = context.topic(2), context.name("g")
    context.produce(name, [b"x"] * 10)
    consumer = context.consumer(group)
    consumer.subscribe([name])
    wait_until(lambda: consumer.poll(0.2) is not None, 15, "a message")
    consumer.commit(asynchronous=False)
    found = context.admin.describe_consumer_groups([group])[group].result(10)
    equal(found.state, ConsumerGroupState.STABLE, "state")
    equal(len(found.members[0].assignment.topic_partitions), 2, "assigned partitions")
    listed = context.admin.list_consumer_groups().result(10).valid
    check(group in [entry.group_id for entry in listed], "not listed")
    refused(context.admin.delete_consumer_groups([group])[group], KafkaError.NON_EMPTY_GROUP)
    consumer.close()
    moved = ConsumerGroupTopicPartitions(group, [TopicPartition(name, 0, 5)])
    context.admin.alter_consumer_group_offsets([moved])[group].result(10)
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(name, 0)])
    offsets = context.admin.list_consumer_group_offsets([asked])[group].result(10)
    equal(offsets.topic_partitions[0].offset, 5, "altered offset")
    context.admin.delete_consumer_groups([group])[group].result(10)
    refused(context.admin.delete_consumer_groups([group])[group], KafkaError.GROUP_ID_NOT_FOUND)


@case("the cluster describes itself")
def cluster(context):
    found = context.admin.describe_cluster().result(10)
    check(found.cluster_id and found.controller is not None, "no cluster")
    check(len(found.nodes) >= 1, "no nodes")


@case("transactions are refused, not half done")
def transactions(context):
    if not context.broker:
        return "left out: a real Kafka has them"
    from confluent_kafka import KafkaException

    producer = context.producer(transactional_id=context.name("x"))
    try:
        producer.init_transactions(3)
    except KafkaException:
        return None
    check(False, "init_transactions went through")
