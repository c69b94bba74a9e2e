import Core
import Kafka
import Messaging
import TestKit
import Testing

@Suite("Members of a group with names", .timeLimit(.minutes(1)))
struct NamedMemberTests {
    private static let partitions = 4

    private func member(_ scene: Scene, _ name: String?) -> KafkaConsumer {
        KafkaConsumer(
            scene.kafka,
            KafkaConsumerConfiguration(
                group: "\(scene.prefix)named", topics: [scene.prefix + input.rawValue], sessionTimeout: .seconds(30),
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

    /// Waits until the member has `count` partitions; far less than the session time-out.
    private func expect(_ count: Int, of member: KafkaConsumer) async throws {
        try await eventually(within: .seconds(10)) {
            try await turn(member)
            return await member.assignment.count == count
        }
    }

    @Test("Who comes back under a name has its partitions at once; the one before learns that it is replaced")
    func comesBack() async throws {
        try await withScene(partitions: Self.partitions) { scene in
            let (before, after) = (member(scene, "one"), member(scene, "one"))
            try await expect(Self.partitions, of: before)
            // Silent from here on, as if it were dead.
            try await expect(Self.partitions, of: after)
            try await eventually {
                do {
                    try await turn(before)
                    return false
                } catch let error as KafkaError {
                    #expect(error.code == .fenced && !error.isRetriable)
                    return true
                }
            }
            await before.close()
            try await turn(after)
            #expect(await after.assignment.count == Self.partitions, "the closing of the one before disturbs nobody")
            await after.close()
        }
    }

    @Test("A member that closes gives its partitions to the others at once, named or not", arguments: ["one", nil])
    func leaves(name: String?) async throws {
        try await withScene(partitions: Self.partitions) { scene in
            let (first, second) = (member(scene, name), member(scene, "two"))
            try await expect(Self.partitions, of: first)
            try await eventually(within: .seconds(15)) {
                try await turn(first)
                try await turn(second)
                let (mine, other) = (await first.assignment.count, await second.assignment.count)
                return mine == 2 && other == 2
            }
            await first.close()
            try await expect(Self.partitions, of: second)
            await second.close()
        }
    }
}
