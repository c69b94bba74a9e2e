import Core
import HTTP
import Kafka
import TestKit
import Testing

@testable import Functions

@Suite("The function asyncapi", .timeLimit(.minutes(5)))
struct AsyncAPITests {
    private func version3(_ kafka: String, _ http: String, _ topic: String) -> JSON {
        [
            "asyncapi": "3.0.0",
            "servers": [
                "web": [
                    "host": .string(http), "pathname": "/{stage}", "protocol": "http",
                    "variables": ["stage": ["default": "live", "enum": ["live", "test"]]],
                ],
                "log": ["host": .string(kafka), "protocol": "kafka"],
                "bus": ["host": "127.0.0.1:1", "protocol": "amqp"],
            ],
            "channels": ["greetings": ["address": .string(topic)]],
            "operations": ["greet": ["action": "send", "channel": ["$ref": "#/channels/greetings"]]],
        ]
    }

    private func version2(_ kafka: String, _ topic: String) -> JSON {
        let channel: JSON = ["publish": ["summary": "in"], "subscribe": ["summary": "out"]]
        return [
            "asyncapi": "2.6.0", "channels": .object(JSONObject([(topic, channel)])),
            "servers": ["log": ["url": .string("kafka://" + kafka), "protocol": "kafka"]],
        ]
    }

    private func condition(_ source: String, _ variables: JSON = [:]) -> JSON {
        ["expression": .string(source), "variables": variables]
    }

    private func functions(_ kafka: KafkaConfiguration?) -> FunctionTable {
        var settings = FunctionSettings()
        settings.kafka = kafka.flatMap { EgressRules(allowing: $0.bootstrap.split(separator: ",").map(String.init)) }
        return table(settings)
    }

    @Test("Over HTTP a message is posted to the server's and the channel's address")
    func http() async throws {
        try await withOutside({ request, _ in HTTPResponse(status: 202) }) { (url, asked) async throws in
            let host = String(url.dropFirst("http://".count))
            try await withOutside({ _, _ in .json(version3("127.0.0.1:1", host, "hello/all")) }) {
                (document, _) async throws in
                var arguments: JSONObject = [
                    "document": ["endpoint": .string(document)], "operation": "greet", "protocol": "http",
                    "message": ["payload": ["hi": 1], "headers": ["x-a": "b"]],
                ]
                let output = try await table().run("asyncapi", .object(arguments), .call(key: "e:1"))
                #expect(output == ["payload": ["hi": 1], "headers": ["x-a": "b"]])
                let request = try #require(asked.all.first)
                #expect(request.path == "/live/hello/all")
                #expect(request.headers["x-a"] == "b")
                #expect(request.headers["idempotency-key"] == "e:1")
                #expect(try JSON(parsing: request.body) == ["hi": 1])
                arguments["server"] = ["name": "web", "variables": ["stage": "test"]]
                _ = try await table().run("asyncapi", .object(arguments), .call())
                #expect(asked.all.last?.path == "/test/hello/all")
                arguments["server"] = ["name": "bus"]
                let fault = await faulted { _ = try await table().run("asyncapi", .object(arguments), .call()) }
                #expect(fault?.type == Fault.Standard.configuration.type)
            }
        }
    }

    @Test("Kafka servers are closed to definitions unless the operator lists them")
    func closed() async throws {
        try await withOutside({ _, _ in .json(version2("127.0.0.1:9092", "t")) }) { (document, _) async throws in
            let arguments: JSON = [
                "document": ["endpoint": .string(document)], "channel": "t", "message": ["payload": [:]],
            ]
            let fault = await faulted { _ = try await functions(nil).run("asyncapi", arguments, .call()) }
            #expect(fault?.detail?.contains("does not allow") == true)
        }
    }

    @Test("What is published over Kafka is what a subscription takes: filtered, in order, from its request on")
    func kafka() async throws {
        try await withTestTopics(["chat"], partitions: 1) { (prefix, kafka) async throws in
            let topic = prefix + "chat"
            let start = SystemClock().now()
            try await withOutside({ _, _ in .json(version3(kafka.bootstrap, "127.0.0.1:1", topic)) }) {
                (document, _) async throws in
                let functions = functions(kafka)
                func arguments(_ more: JSONObject) -> JSON {
                    var arguments: JSONObject = [
                        "document": ["endpoint": .string(document)], "operation": "greet", "protocol": "kafka",
                    ]
                    for (key, value) in more { arguments[key] = value }
                    return .object(arguments)
                }
                for number in 1...6 {
                    let payload: JSON = ["n": .integer(Int64(number)), "room": number.isMultiple(of: 2) ? "a" : "b"]
                    _ = try await functions.run(
                        "asyncapi", arguments(["message": ["payload": payload, "headers": ["correlation-id": "c"]]]),
                        .call("e:\(number)", key: "e:\(number)"))
                }
                func take(_ consume: JSON, _ filter: JSON = nil) async throws -> JSON {
                    var context = FunctionContext.call("e:\(UInt32.random(in: 0 ... .max))")
                    context.requestedAt = start
                    return try await functions.run(
                        "asyncapi", arguments(["subscription": ["filter": filter, "consume": consume]]), context)
                }
                let inRoom = try await take(
                    ["amount": 2], condition(".payload.room == $room", ["room": "a"]))
                #expect(inRoom.array?.map { $0["payload"]?["n"] } == [2, 4])
                #expect(inRoom[0]?["headers"]?["idempotency-key"] == "e:2")
                #expect(inRoom[0]?["correlationId"] == "c")
                let until = try await take(["until": condition("length == 3"), "for": ["minutes": 1]])
                #expect(until.array?.map { $0["payload"]?["n"] } == [1, 2, 3])
                let during = try await take(["while": condition("length < 100"), "for": ["seconds": 15]])
                #expect(during.array?.count == 6)
            }
        }
    }

    @Test("AsyncAPI 2 names a channel")
    func older() async throws {
        try await withTestTopics(["old"], partitions: 1) { (prefix, kafka) async throws in
            let start = SystemClock().now()
            let topic = prefix + "old"
            try await withOutside({ _, _ in .json(version2(kafka.bootstrap, topic)) }) { (document, _) async throws in
                var arguments: JSONObject = [
                    "document": ["endpoint": .string(document)], "channel": .string("/" + topic),
                    "message": ["payload": ["a": 1]],
                ]
                _ = try await functions(kafka).run("asyncapi", .object(arguments), .call())
                arguments["message"] = nil
                arguments["subscription"] = ["consume": ["amount": 1]]
                var context = FunctionContext.call("e:9")
                context.requestedAt = start
                let output = try await functions(kafka).run("asyncapi", .object(arguments), context)
                #expect(output[0]?["payload"] == ["a": 1])
            }
        }
    }
}
