import Core
import Testing
import Workflow

@Suite struct EventDecodingTests {
    static func faults(_ body: String) -> [String] {
        let head = "document: { dsl: '1.0.3', namespace: test, name: test, version: '1.0.0' }\n"
        do {
            _ = try CompiledDefinition(parsing: Array((head + body).utf8))
            return []
        } catch {
            return error.list.map(\.pointer.description)
        }
    }

    @Test(arguments: [
        ("{ every: PT5M }", []), ("{ after: { minutes: 1 } }", []), ("{ cron: '0 2 * * 1-5' }", []),
        ("{ cron: '@daily', timeZone: Europe/Berlin }", []),
        ("{ on: { one: { with: { type: a } } }, read: envelope }", []), ("{}", ["/schedule"]),
        ("{ every: PT5M, after: PT1M }", ["/schedule"]), ("{ every: 5 }", ["/schedule/every"]),
        ("{ every: PT0.5S }", ["/schedule/every"]), ("{ every: '${ .x }' }", ["/schedule/every"]),
        ("{ cron: '0 25 * * *' }", ["/schedule/cron"]), ("{ cron: 5 }", ["/schedule/cron"]),
        ("{ cron: '@daily', timeZone: Mars/Base }", ["/schedule/timeZone"]),
        ("{ every: PT5M, timeZone: UTC }", ["/schedule/timeZone"]),
        ("{ every: PT5M, read: data }", ["/schedule/read"]),
        ("{ on: { one: { with: { type: '${ $context.x }' } } } }", ["/schedule/on/one/with/type"]),
        ("{ often: true }", ["/schedule", "/schedule/often"]),
    ])
    func aScheduleIsOneOfFourKinds(schedule: String, pointers: [String]) {
        #expect(Self.faults("schedule: \(schedule)\ndo: [ { a: { set: { x: 1 } } } ]") == pointers)
    }

    @Test(arguments: [
        ("{ one: { with: { type: a } } }", []), ("{ any: [] }", []), ("{ any: [], until: false }", []),
        ("{ any: [], until: { one: { with: { type: a } } } }", []), ("{}", [""]), ("{ one: {} }", ["/one/with"]),
        ("{ one: { with: {} } }", ["/one/with"]), ("{ one: { with: { type: a } }, any: [] }", [""]),
        ("{ all: [] }", ["/all"]), ("{ all: { with: { type: a } } }", ["/all"]),
        ("{ all: [ { with: { type: a } } ], until: 'true' }", ["/until"]),
        ("{ any: [], until: { any: [], until: 'true' } }", ["/until/until"]),
        ("{ one: { with: { type: a }, correlate: { k: {} } } }", ["/one/correlate/k/from"]),
        ("{ one: { with: { type: a }, correlate: { k: { from: '.[' } } } }", ["/one/correlate/k/from"]),
    ])
    func aStrategyIsOneAnyOrAll(to: String, pointers: [String]) {
        #expect(
            Self.faults("do: [ { a: { listen: { to: \(to) } } } ]") == pointers.map { "/do/0/a/listen/to\($0)" })
    }

    @Test func theVariablesOfAnIterationAreKnownInIt() {
        let body = """
            do:
              - a:
                  listen: { to: { any: [] }, read: all }
                  foreach:
                    item: e
                    do: [ { b: { set: { x: '${ $e }', y: '${ $index }', z: '${ $item }' } } } ]
                    output: { as: '$e' }
                    while: x
            """
        #expect(
            Self.faults(body) == [
                "/do/0/a/listen/read", "/do/0/a/foreach/do/0/b/set/z", "/do/0/a/foreach/while",
            ])
    }

    @Test(arguments: [("", true), (", then: a", false), (", then: b", true)])
    func aListenThatIsJumpedBackToRunsMoreThanOnce(then: String, isOnce: Bool) throws {
        let body = "do: [ { a: { listen: { to: { one: { with: { type: x } } } }\(then) } }, { b: { set: { n: 1 } } } ]"
        let definition = try CompiledDefinition(parsing: Array((LintTests.head + body).utf8))
        #expect(definition.listens.map(\.isOnce) == [isOnce])
    }
}
