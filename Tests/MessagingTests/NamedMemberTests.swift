import Core
import Kafka
import Messaging
import TestKit
import Testing

@Suite("Members of a group with names", .timeLimit(.minutes(5)))
struct NamedMemberTests {
    private static let partitions = 4

    private func member(_ scene: Scene, _ name: String?) -> KafkaConsumer {
        KafkaConsumer(
            scene.kafka,
            KafkaConsumerConfiguration(
                group: "\(scene.prefix)named", topics: [scene.prefix + input.rawValue], sessionTimeout: .seconds(24),
                instance: name))
    }

    private func turn(_ member: KafkaConsumer) async throws {
        _ = try await member.poll(max: 10, wait: .milliseconds(20))
        for event in await member.takeEvents() {
            switch event {
            case .assigned(let new):
                try await member.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, Int64?.none) }))
            case .revoked(let gone), .lost(let gone): try await member.release(gone)
            case .outOfRange(let partition): try await member.seek(partition, to: nil)
            }
        }
    }

    /// Waits until the member has `count` partitions; less than the session time-out.
    private func expect(_ count: Int, of member: KafkaConsumer) async throws {
        try await eventually(within: .seconds(22)) {
            try await turn(member)
            return await member.assignment.count == count
        }
    }

    @Test("Who comes back under a name has its partitions at once; the one before joins anew, and both work on")
    func comesBack() async throws {
        try await withScene(partitions: Self.partitions) { scene in
            let (before, after) = (member(scene, "one"), member(scene, "one"))
            try await expect(Self.partitions, of: before)
            // Silent from here on, as if it were dead.
            try await expect(Self.partitions, of: after)
            try await expectHalves(before, after)
            await before.close()
            try await expect(Self.partitions, of: after)
            await after.close()
        }
    }

    @Test("A member that another one replaced for a moment has its partitions again under its name")
    func replaced() async throws {
        try await withScene(partitions: Self.partitions) { scene in
            let (member, other) = (member(scene, "one"), member(scene, "one"))
            try await expect(Self.partitions, of: member)
            try await expect(Self.partitions, of: other)
            try await expect(0, of: member)
            try await expect(Self.partitions, of: member)
            await other.close()
            try await turn(member)
            #expect(await member.assignment.count == Self.partitions)
            await member.close()
        }
    }

    /// Waits until two members share the partitions evenly.
    private func expectHalves(_ first: KafkaConsumer, _ second: KafkaConsumer) async throws {
        try await eventually {
            try await turn(first)
            try await turn(second)
            let (mine, other) = (await first.assignment.count, await second.assignment.count)
            return mine == Self.partitions / 2 && other == Self.partitions / 2
        }
    }

    @Test("A member that closes gives its partitions to the others at once, named or not", arguments: ["one", nil])
    func leaves(name: String?) async throws {
        try await withScene(partitions: Self.partitions) { scene in
            let (first, second) = (member(scene, name), member(scene, "two"))
            try await expect(Self.partitions, of: first)
            try await expectHalves(first, second)
            await first.close()
            try await expect(Self.partitions, of: second)
            await second.close()
        }
    }
}
