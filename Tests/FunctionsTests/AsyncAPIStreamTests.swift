import Core
import HTTP
import TestKit
import Testing

@testable import Functions

@Suite("Subscriptions of asyncapi over HTTP", .timeLimit(.minutes(5)))
struct AsyncAPIStreamTests {
    private func document(_ url: String) -> JSON {
        [
            "asyncapi": "3.0.0",
            "servers": ["web": ["host": .string(String(url.dropFirst("http://".count))), "protocol": "http"]],
            "channels": ["news": ["address": "/news"]],
            "operations": ["read": ["action": "receive", "channel": ["$ref": "#/channels/news"]]],
        ]
    }

    /// Runs `body` with a call that takes messages of a server's stream of `pieces`, which ends if it is told to.
    private func withStream(
        _ pieces: [String], ends: Bool = false,
        _ body: (@escaping @Sendable (JSON) async throws -> JSON, Asked) async throws -> Void
    ) async throws {
        try await withOutside({ _, _ in
            let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
            for piece in pieces { feed.yield(Array(piece.utf8)) }
            if ends { feed.finish() }
            return .events(stream)
        }) { (url, asked) async throws in
            try await withOutside({ _, _ in .json(document(url)) }) { (described, _) async throws in
                try await body(
                    { subscription in
                        let arguments: JSON = [
                            "document": ["endpoint": .string(described)], "operation": "read",
                            "subscription": subscription, "authentication": ["bearer": ["token": "t"]],
                        ]
                        return try await table().run("asyncapi", arguments, .call())
                    }, asked)
            }
        }
    }

    @Test("Server-sent events are taken until there are enough, though the stream goes on")
    func events() async throws {
        try await withStream([
            ": hello\n\ndata: {\"n\": 1}\n\nid: 7\nevent: told\nda", "ta: {\"n\":\ndata: 2}\r\n\r\n", "data: x\n\n",
            "data: {\"n\": 4}\n\n",
        ]) { (take, asked) async throws in
            let output = try await take(["consume": ["amount": 3]])
            #expect(
                output == [
                    ["payload": ["n": 1], "headers": [:]],
                    ["payload": ["n": 2], "headers": ["id": "7", "event": "told"]],
                    ["payload": "x", "headers": [:]],
                ])
            #expect(asked.all.first?.method == "GET" && asked.all.first?.path == "/news")
            #expect(asked.all.first?.headers["authorization"] == "Bearer t")
            let filtered = try await take([
                "filter": ["expression": ".payload.n != 1"], "consume": ["until": ["expression": "length == 1"]],
            ])
            #expect(filtered[0]?["payload"]?["n"] == 2)
        }
    }

    @Test("Lines of JSON too; the time of a subscription ends it with what there is")
    func lines() async throws {
        try await withStream(["{\"n\": 1}\n{\"n\"", ": 2}\n"]) { (take, _) async throws in
            let output = try await take(["consume": ["amount": 9, "for": ["milliseconds": 1500]]])
            #expect(output.array?.map { $0["payload"]?["n"] } == [1, 2])
        }
    }

    @Test("A stream that ends early is an error, unless a time was given; so is a refusal, whatever its body says")
    func endings() async throws {
        try await withStream(["{\"n\": 1}\n{\"n\": 2}"], ends: true) { (take, _) async throws in
            let fault = await faulted { _ = try await take(["consume": ["amount": 3]]) }
            #expect(fault?.type == Fault.Standard.communication.type && fault?.detail?.hasPrefix("FN0010") == true)
            let output = try await take(["consume": ["amount": 3, "for": ["seconds": 30]]])
            #expect(output.array?.count == 2)
        }
        try await withOutside({ _, _ in HTTPResponse(status: 403, body: .bytes(Array("{\"n\": 1}\n".utf8))) }) {
            (url, _) async throws in
            try await withOutside({ _, _ in .json(document(url)) }) { (described, _) async throws in
                let arguments: JSON = [
                    "document": ["endpoint": .string(described)], "operation": "read",
                    "subscription": ["consume": ["amount": 1]],
                ]
                let fault = await faulted { _ = try await table().run("asyncapi", arguments, .call()) }
                #expect(fault?.status == 403)
            }
        }
    }

    @Test(
        "A stream that ends leaves a whole line of JSON, and no half event",
        arguments: [
            ("{\"n\": 1}\n{\"n\": 2}", [1, 2]), ("data: {\"n\": 1}\n\ndata: {\"n\": 2}\n", [1]),
            ("data: {\"n\": 1}\n\ndata: {\"n\": 2}", [1]), ("data: {\"n\": 1}\n\ndata: {\"n\": 2}\n\r", [1]),
        ] as [(String, [JSON])])
    func rests(text: String, numbers: [JSON]) {
        var stream = MessageStream()
        let messages = stream.take(Array(text.utf8)) + stream.end()
        #expect(messages.compactMap { $0["payload"]?["n"] } == numbers)
        #expect(stream.end() == [])
    }

    @Test("What a time cuts off is no message")
    func cut() async throws {
        try await withStream(["1\n2"]) { (take, _) async throws in
            let output = try await take(["consume": ["amount": 9, "for": ["milliseconds": 1500]]])
            #expect(output.array?.map { $0["payload"] } == [1])
        }
    }

    @Test("A subscription by POST may act: it is no read, and carries the call's key")
    func post() async throws {
        try await withOutside({ _, _ in
            let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
            feed.yield(Array("1\n".utf8))
            return .events(stream)
        }) { (url, asked) async throws in
            var described = document(url).object ?? [:]
            described["operations"] = [
                "read": [
                    "action": "receive", "channel": ["$ref": "#/channels/news"],
                    "bindings": ["http": ["method": "POST"]],
                ]
            ]
            let text = JSON.object(described)
            try await withOutside({ _, _ in .json(text) }) { (address, _) async throws in
                let arguments: JSON = [
                    "document": ["endpoint": .string(address)], "operation": "read",
                    "subscription": ["consume": ["amount": 1]],
                ]
                #expect(try await table().prepare("asyncapi", arguments, .call()).effect == .irreversible)
                let keyed = try await table().prepare("asyncapi", arguments, .call(key: "k1"))
                #expect(keyed.effect == .idempotent)
                #expect(try await keyed.run()[0]?["payload"] == 1)
                #expect(asked.all.map(\.method) == ["POST"] && asked.all[0].headers["idempotency-key"] == "k1")
            }
        }
    }

    @Test("An answer that begins anew is broken")
    func anew() {
        var progress = HTTPChannel.Progress()
        #expect(progress.piece(of: [1, 2]) == [1, 2] && progress.piece(of: [1, 2, 3]) == [3] && !progress.isBroken)
        #expect(progress.piece(of: [1]) == nil && progress.isBroken)
        #expect(progress.piece(of: [1, 2, 3, 4]) == nil && progress.isBroken)
    }

    @Test("A cancelled call takes no more")
    func cancellation() async throws {
        try await withStream(["data: 1\n\n"]) { (take, asked) async throws in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let error = await #expect(throws: FunctionError.self) { try await take(["consume": ["amount": 2]]) }
                    #expect(error == .cancelled)
                }
                try? await eventually("it asks") { !asked.all.isEmpty }
                group.cancelAll()
            }
        }
    }
}
