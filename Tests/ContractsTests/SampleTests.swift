import Contracts
import Core
import Foundation
import ProtoWire
import Testing

/// The samples under Schemas/samples: what older and newer versions of us, and others, have on disk.
@Suite struct SampleTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Schemas/samples").standardizedFileURL
    static let files =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
        .filter { $0.hasSuffix(".hex") }.sorted() ?? []

    @Test(arguments: files)
    func `a sample is read whole and written back the same`(file: String) throws {
        let type = try #require(Self.type(of: file), "no message type for \(file)")
        let bytes = try Self.bytes(file)
        #expect(try roundTrip(type, bytes) == bytes)
    }

    @Test(arguments: MessageCatalogue.all.map { $0.protoName })
    func `every message has a sample in which every field is set`(name: String) throws {
        let help: Comment = "write Schemas/samples/\(name).txtpb, then run .ci/schemas-check --samples"
        let type = try #require(MessageCatalogue.type(named: name))
        let bytes = try #require(try? Self.bytes("\(name).hex"), help)
        #expect(try unset(type, bytes) == [], help)
        let readable = try String(contentsOf: Self.folder.appending(path: "\(name).txtpb"), encoding: .utf8)
        #expect(readable.hasPrefix("# proto-message: \(name)\n"))
    }

    /// The fields that are at their defaults.
    private func unset<Message: ProtoMessage>(_: Message.Type, _ bytes: [UInt8]) throws -> [String] {
        let (sample, empty) = (Mirror(reflecting: try Message(protoBytes: bytes)), Mirror(reflecting: Message()))
        return zip(sample.children, empty.children).compactMap { set, fallback in
            "\(set.value)" == "\(fallback.value)" ? set.label : nil
        }
    }

    @Test(arguments: files)
    func `a sample becomes JSON by its fields, and the same bytes again`(file: String) throws {
        let type = try #require(Self.type(of: file))
        let bytes = try Self.bytes(file)
        let json = try MessageJSON.json(of: bytes, as: type)
        #expect(try MessageJSON.bytes(of: json, as: type) == bytes, "\(json.text())")
    }

    @Test(arguments: files)
    func `every cut of a sample is read or refused`(file: String) throws {
        let type = try #require(Self.type(of: file))
        let bytes = try Self.bytes(file)
        for length in 0..<bytes.count { _ = try? roundTrip(type, Array(bytes[..<length])) }
    }

    @Test func `fields have the values that were written`() throws {
        let verdict = try PolicyV1.VerdictGiven(protoBytes: Self.bytes("cadenza.policy.v1.VerdictGiven.hex"))
        #expect(verdict.outcome == .allow)
        #expect(verdict.rules.map(\.risk) == [35, 35])
        #expect(try verdict.verdict?.json() == ["claim": "C-2041", "amount": 1250.5, "storm": true])
        let passage = try KnowledgeV1.Passage(protoBytes: Self.bytes("cadenza.knowledge.v1.Passage.hex"))
        #expect(passage.score == 0.875)
        #expect(passage.metadata == ["region": "north", "product": "home"])
    }

    private func roundTrip<Message: ProtoMessage>(_: Message.Type, _ bytes: [UInt8]) throws -> [UInt8] {
        try Message(protoBytes: bytes).protoBytes()
    }

    private static func type(of file: String) -> (any ProtoMessage.Type)? {
        MessageCatalogue.all.first { file.hasPrefix($0.protoName + ".") }
    }

    private static func bytes(_ file: String) throws -> [UInt8] {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let digits = Array(text.utf8.filter { $0 != UInt8(ascii: "\n") })
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16))
        }
    }
}
