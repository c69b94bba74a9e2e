import Glibc
import LocalBrokerDomain
import Testing

@testable import LocalBroker

@Suite(.timeLimit(.minutes(5))) struct WireTests {
    @Test func flexibleAndPlainFieldsAreReadBack() {
        for isFlexible in [false, true] {
            var writer = WireWriter()
            writer.isFlexible = isFlexible
            writer.string("text")
            writer.nullableString(nil)
            writer.byteField([1, 2, 3])
            writer.array([Int32(7), 8]) { $0.int32($1) }
            writer.tags()
            writer.bytes.withUnsafeBytes { raw in
                var reader = WireReader(raw)
                reader.isFlexible = isFlexible
                #expect(reader.string() == "text")
                #expect(reader.nullableString() == nil)
                #expect(reader.byteField() == [1, 2, 3])
                #expect(reader.array { $0.int32() } == [7, 8])
                reader.tags()
                #expect(!reader.isBroken && reader.remaining == 0)
            }
        }
    }

    /// Whatever a client sends in whatever version, the broker answers it or sends it away.
    @Test(arguments: UInt64(1)...8) func noRequestHoweverMalformedStopsTheBroker(first: UInt64) throws {
        try withFolder { folder in
            let broker = try Broker(LocalBrokerConfiguration(dataFolder: folder), port: 9092)
            _ = try broker.topics.create("topic", partitions: 2, settings: TopicSettings())
            var seed = first
            func next(_ limit: Int) -> Int {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((seed >> 33) % UInt64(limit))
            }
            for round in 0..<20_000 {
                let api = ApiKey.allCases[next(ApiKey.allCases.count)]
                var writer = WireWriter()
                writer.int16(api.rawValue)
                writer.int16(api.versions.lowerBound + Int16(next(api.versions.count)))
                writer.int32(Int32(round))
                writer.string("fuzz")
                for _ in 0..<next(30) {
                    switch next(6) {
                    case 0: writer.string("topic")
                    case 1: writer.int32(Int32(next(3)))
                    case 2: writer.int8(Int8(next(5)))
                    case 3: writer.int64(Int64(next(1000)) - 2)
                    case 4: writer.int16(-1)
                    default: writer.int8(Int8(truncatingIfNeeded: next(256)))
                    }
                }
                var bytes = writer.bytes
                let connection = Connection(id: UInt64(round), descriptor: -1, peer: "fuzz", localHost: "127.0.0.1")
                bytes.withUnsafeMutableBytes { _ = broker.handle(connection, $0) }
                broker.closed(connection)
            }
        }
    }

    @Test func theCommandLineWinsOverTheEnvironmentAndSaysWhatIsWrong() {
        let environment = ["CADENZA_BROKER_DATA": "/d", "CADENZA_BROKER_LISTEN": "127.0.0.1:1"]
        func parse(_ arguments: [String]) -> CommandLineOptions {
            CommandLineOptions.parse(arguments) { environment[$0] }
        }
        var expected = LocalBrokerConfiguration(dataFolder: "/d")
        expected.port = 2
        #expect(parse(["--listen", "127.0.0.1:2"]) == .run(expected))
        #expect(parse(["--help"]) == .help)
        expected.journalSegmentBytes = 0
        #expect(parse(["--listen", "127.0.0.1:2", "--journal-bytes=0"]) == .run(expected))
        for wrong in [
            ["--listen", "nowhere"], ["--journal-bytes", "9"], ["--partitions", "0"], ["--frobnicate"], ["--data"],
            ["--data="],
        ] {
            guard case .wrong = parse(wrong) else {
                Issue.record("taken: \(wrong)")
                continue
            }
        }
    }
}
