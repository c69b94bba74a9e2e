import Core
import Glibc
import HTTP
import TestKit
import Testing

@testable import Functions

@Suite("Secrets", .timeLimit(.minutes(5)))
struct SecretTests {
    private let secrets = [
        "CADENZA_SECRET_API_KEY": "s3cret/key", "CADENZA_SECRET_LOGIN": #"{"username":"ann","password":"pa55word"}"#,
    ]

    @Test("A deferred expression is evaluated with the secret, which does not come back")
    func deferred() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let arguments: JSON = [
                "method": "get", "endpoint": .string(url), "headers": ["X-Key": nil], "query": ["key": nil],
                "output": "response",
            ]
            let context = FunctionContext.call(
                secrets: ["api-key"],
                [("/headers/X-Key", #""Key \($secrets."api-key")""#), ("/query/key", #"$secrets["api-key"]"#)])
            let output = try await table(secrets: secrets).run("http", arguments, context)
            #expect(asked.all.first?.headers["x-key"] == "Key s3cret/key")
            #expect(asked.all.first?.query("key") == "s3cret/key")
            #expect(!output.text().contains("s3cret"))
            #expect(output["request"]?["headers"]?["x-key"] == "Key ***")
        }
    }

    @Test("A policy may be a secret")
    func policy() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let endpoint: JSON = ["uri": .string(url), "authentication": ["basic": ["use": "login"]]]
            _ = try await table(secrets: secrets).run(
                "http", ["method": "get", "endpoint": endpoint], .call(secrets: ["login"]))
            #expect(asked.all.first?.headers["authorization"] == "Basic YW5uOnBhNTV3b3Jk")
        }
    }

    @Test(
        "How a call shows who makes it is known to its arguments, and not shown",
        arguments: [
            ("bearer", #"{"use":"api-key"}"#, "Bearer", "s3cret/key"),
            ("basic", #"{"use":"login"}"#, "Basic", "YW5uOnBhNTV3b3Jk"),
            ("bearer", #"{"token":"plain-token"}"#, "Bearer", "plain-token"),
        ])
    func authorization(kind: String, policy: String, scheme: String, parameter: String) async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let authentication = JSON.object([kind: try JSON(parsing: policy)])
            let arguments: JSON = [
                "method": "get", "endpoint": ["uri": .string(url), "authentication": authentication],
                "headers": ["x-scheme": nil, "x-parameter": nil], "output": "response",
            ]
            let context = FunctionContext.call(
                secrets: ["api-key", "login"],
                [("/headers/x-scheme", "$authorization.scheme"), ("/headers/x-parameter", "$authorization.parameter")])
            let output = try await table(secrets: secrets).run("http", arguments, context)
            #expect(asked.all.first?.headers["x-scheme"] == scheme)
            #expect(asked.all.first?.headers["x-parameter"] == parameter)
            #expect(asked.all.first?.headers["authorization"] == "\(scheme) \(parameter)")
            #expect(output["request"]?["headers"]?["x-parameter"] == "***")
        }
    }

    @Test("Functions that run elsewhere get complete arguments, and a mask for what is told of them")
    func resolved() async throws {
        let context = FunctionContext.call(secrets: ["api-key"], [("/context", #"{ key: $secrets["api-key"] }"#)])
        let resolved = try await table(secrets: secrets).resolve(
            "agent:1.0.0", ["goal": "Read", "context": nil], context)
        #expect(resolved.arguments == ["goal": "Read", "context": ["key": "s3cret/key"]])
        #expect(resolved.redacted(["a": "the key s3cret/key"]) == ["a": "the key ***"])
    }

    @Test("Only the secrets that a call names are read: others may be missing")
    func named() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let context = FunctionContext.call(
                secrets: ["api", "key", "api-key", "lo"],
                [("/headers/x-a", #"$secrets["api-key"]"#), ("/headers/x-b", "$secrets.login_name // 1 | tostring")])
            let arguments: JSON = [
                "method": "get", "endpoint": .string(url), "headers": ["x-a": nil, "x-b": nil],
            ]
            _ = try await table(secrets: secrets).run("http", arguments, context)
            #expect(asked.all.first?.headers["x-a"] == "s3cret/key")
        }
    }

    @Test("A secret that is missing or not declared is an authorization fault")
    func missing() async throws {
        let endpoint: JSON = ["uri": "http://127.0.0.1:1/", "authentication": ["bearer": ["use": "other"]]]
        for context in [FunctionContext.call(secrets: ["other"]), .call()] {
            let fault = await faulted {
                _ = try await table(secrets: secrets).run("http", ["method": "get", "endpoint": endpoint], context)
            }
            #expect(fault?.type == Fault.Standard.authorization.type)
            #expect(fault?.status == 403)
        }
    }

    @Test("A secret in a file is found after the environment; one of digits is a text")
    func places() async throws {
        let folder = "/tmp/cadenza-test-secrets-\(UInt32.random(in: 0 ... .max))"
        mkdir(folder, 0o700)
        defer { unlink("\(folder)/pin"); rmdir(folder) }
        let file = try #require(fopen("\(folder)/pin", "w"))
        fputs("12345\n", file)
        fclose(file)
        let chain = SecretChain([EnvironmentSecrets(secrets), FolderSecrets(folder)])
        #expect(try await chain.secret("api-key") == "s3cret/key")
        #expect(try await chain.secret("pin") == "12345")
        #expect(try await chain.secret("../pin") == nil)
        #expect(try await chain.secret("none") == nil)
        var values = SecretValues()
        values.take("pin", "12345")
        #expect(values.json == ["pin": "12345"])
        #expect(values.redacted("a12345b") == "a***b")
    }

    @Test("Data that looks like an expression or a place stays data")
    func data() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let arguments: JSON = [
                "method": "put", "endpoint": .string(url), "body": ["a": "${ $secrets.login }", "use": "login"],
            ]
            _ = try await table(secrets: secrets).run("http", arguments, .call(secrets: ["login"]))
            let body = String(decoding: asked.all[0].body, as: UTF8.self)
            #expect(body == #"{"a":"${ $secrets.login }","use":"login"}"#)
        }
    }
}
