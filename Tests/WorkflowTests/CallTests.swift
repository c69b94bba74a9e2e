import Core
import Expressions
import Testing
import Workflow

/// The arguments of calls, checked before anything is called.
@Suite struct CallTests {
    static func faults(_ call: String, _ arguments: String, use: String = "") -> [DefinitionFault] {
        let use = use.isEmpty ? "" : "use: \(use)\n"
        return LintTests.faults(
            LintTests.head + use + "do: [ { a: { call: \(call), with: \(arguments) } } ]")
    }

    static let documented = "document: { endpoint: 'https://x/y.json' }"

    @Test(arguments: [
        ("http", "{ method: get, endpoint: 'https://x/{petId}', headers: { a: b }, query: '${ .q }', output: raw }"),
        ("http", "{ method: post, endpoint: { uri: '${ .uri }', authentication: { bearer: { token: '${ .t }' } } } }"),
        ("openapi", "{ \(documented), operationId: find, parameters: { a: '${ .b }' }, redirect: true }"),
        ("mcp", "{ method: tools/call, parameters: { name: x }, transport: { http: { endpoint: 'https://x' } } }"),
        ("a2a", "{ method: message/send, server: 'https://x', parameters: { message: { parts: [] } } }"),
        ("asyncapi", "{ \(documented), operation: send, protocol: kafka, message: { payload: { a: '${ .b }' } } }"),
        ("asyncapi", "{ \(documented), operation: take, subscription: { consume: { amount: 2, for: PT5S } } }"),
        (
            "mcp",
            "{ method: tools/list, transport: { stdio: { command: npx, arguments: [ a ], environment: { B: c } } } }"
        ),
    ]) func aRightCallIsTaken(call: String, arguments: String) {
        #expect(Self.faults(call, arguments) == [])
    }

    @Test(arguments: [
        "{ at: '2026-12-01T09:00', timeZone: '${ .zone }' }", "{ at: '${ .at }', timeZone: '${ .zone }' }",
        "{ at: '2026-12-01T09:00', timeZone: '${ .zone }', calendar: '${ .calendar }' }",
    ]) func aMomentInAZoneThatIsKnownLaterIsTaken(arguments: String) {
        #expect(Self.faults("'until:1.0.0'", arguments) == [])
        #expect(Self.faults("'until:1.0.0'", "{ at: '2026-12-01T09:00' }").count == 1)
    }

    @Test(arguments: [
        ("http", "{ method: gte, endpoint: 'https://x' }", "method"),
        ("http", "{ method: get, endpoint: 'https://x y' }", "endpoint"),
        ("http", "{ method: get, endpoint: 'https://x/{a' }", "endpoint"),
        ("http", "{ method: get, endpoint: 'https://x', headers: { a: 1 } }", "headers/a"),
        ("http", "{ method: get, endpoint: 'https://x', header: { a: b } }", "header"),
        (
            "http", "{ method: get, endpoint: { uri: 'https://x', authentication: { bearer: '${ .t }' } } }",
            "endpoint/authentication/bearer"
        ),
        (
            "http", "{ method: get, endpoint: { uri: 'https://x', authentication: { use: nobody } } }",
            "endpoint/authentication/use"
        ),
        (
            "http", "{ method: get, endpoint: { uri: 'https://x', authentication: { basic: { use: hidden } } } }",
            "endpoint/authentication/basic/use"
        ),
        (
            "http",
            "{ method: get, endpoint: { uri: 'https://x', authentication: { oauth2: { grant: x, authority: x } } } }",
            "endpoint/authentication/oauth2/grant"
        ),
        ("openapi", "{ operationId: find }", "document"), ("openapi", "{ \(documented) }", "operationId"),
        ("mcp", "{ method: tools/cal, transport: { http: { endpoint: 'https://x' } } }", "method"),
        ("mcp", "{ method: tools/call, transport: {} }", "transport"),
        ("a2a", "{ method: message/send }", ""),
        ("asyncapi", "{ \(documented), operation: a, channel: b, message: {} }", "channel"),
        ("asyncapi", "{ \(documented), operation: a }", ""),
        (
            "asyncapi", "{ \(documented), operation: a, subscription: { consume: { for: PT1S } } }",
            "subscription/consume"
        ),
        (
            "asyncapi",
            "{ \(documented), operation: a, subscription: { filter: '.a', consume: { amount: 1 } } }",
            "subscription/filter"
        ),
    ]) func aWrongArgumentIsFoundWhereItIs(call: String, arguments: String, place: String) {
        let faults = Self.faults(call, arguments)
        let pointer = "/do/0/a/with" + (place.isEmpty ? "" : "/" + place)
        #expect(faults.contains { $0.pointer.description == pointer && $0.kind == .validation }, "\(faults)")
    }

    @Test(arguments: [
        ("grpc", "{ proto: { endpoint: 'file://x' }, service: { name: a, host: b }, method: c }", "/do/0/a/call"),
        ("asyncapi", "{ \(documented), operation: a, protocol: amqp, message: {} }", "/do/0/a/with/protocol"),
        (
            "asyncapi",
            "{ \(documented), operation: a, subscription: { consume: { while: '${ true }' }, foreach: {} } }",
            "/do/0/a/with/subscription/foreach"
        ),
    ]) func whatIsNotSpokenHereIsRefused(call: String, arguments: String, pointer: String) {
        let faults = Self.faults(call, arguments)
        #expect(faults.map(\.pointer.description) == [pointer])
        #expect(faults.allSatisfy { $0.kind == .configuration && $0.hint != nil }, "\(faults)")
    }

    @Test func aSharedAuthenticationStandsInTheArgumentsThemselves() throws {
        let text =
            LintTests.head + "use: { secrets: [ s ], authentications: { mine: { basic: { use: s } } } }\n"
            + "do: [ { a: { call: http, with: { method: get, endpoint: { uri: 'https://x', "
            + "authentication: { use: mine } } } } } ]"
        let definition = try CompiledDefinition(parsing: Array(text.utf8))
        guard case .call(_, .constant(let arguments)) = try #require(definition.task(at: "/do/0/a")).action else {
            Issue.record("no call")
            return
        }
        #expect(arguments["endpoint"]?["authentication"] == ["basic": ["use": "s"]])
        #expect(definition.warnings == [])
    }

    @Test func aListenForEachMessageIsListenedToAgain() throws {
        let listen = "{ l: { listen: { to: { one: { with: { type: x } } } } } }"
        let text =
            LintTests.head + "do: [ \(listen), { a: { call: asyncapi, with: { \(Self.documented), operation: take, "
            + "subscription: { consume: { amount: 2, for: PT1S }, foreach: { do: [ \(listen) ] } } } } } ]"
        let definition = try CompiledDefinition(parsing: Array(text.utf8))
        #expect(definition.listens.map(\.isOnce) == [true, false])
    }

    @Test func whatIsEvaluatedForEachMessageGoesOutWithItsVariables() throws {
        let text =
            LintTests.head + "do: [ { a: { call: asyncapi, with: { \(Self.documented), operation: take, subscription: "
            + "{ filter: '${ .id == $context.user }', consume: { for: PT1S, until: '${ length > 3 }' } } } } } ]"
        let definition = try CompiledDefinition(parsing: Array(text.utf8))
        guard case .call(_, let template) = try #require(definition.task(at: "/do/0/a")).action else { return }
        let value = template.value { expression throws(Never) in .string(expression.source) }
        #expect(
            value["subscription"]?["filter"] == [
                "expression": " .id == $context.user ", "variables": ["context": "$context"],
            ])
        #expect(value["subscription"]?["consume"]?["until"]?["expression"] == " length > 3 ")
    }
}
