import Core
import Testing
import Workflow

/// What the linter says beyond the schema: hints, warnings, contradictions.
@Suite struct AdviceTests {
    static func report(_ body: String) -> LintReport { LintReport(Array((LintTests.head + body).utf8)) }

    @Test(arguments: [
        ("do: [ { a: { sett: { x: 1 } } } ]", "did you mean set?"),
        ("do: [ { a: { set: { x: 1 }, thn: end } } ]", "did you mean then?"),
        ("do: [ { first: { set: { x: 1 }, then: secnd } }, { second: { set: { x: 1 } } } ]", "did you mean second?"),
        ("do: [ { a: { do: [ { b: { set: { x: 1 }, then: c } } ] } }, { c: { set: { x: 1 } } } ]", "in another list"),
        ("do: [ { a: { set: { x: 1 }, if: true } } ]", "put it in quotes"),
        ("do:\n  - a:\n      set: { x: 1 }\n      if: ${ .a: .b }", "in quotes"),
        ("do:\n  - a:\n      set:\n        x: $context + { text: .text }", "in quotes"),
        ("do:\n  - a:\n      set:\n        x: ${ .a # b }", "in quotes"),
        ("do: [ { a: { set: { x: '${ $nobody }' } } } ]", "visible here: $context"),
        ("do: [ { a: { set: { x: 'Hello ${ .name }!' } } } ]", "one expression for the whole text"),
        ("do: [ { a: { set: {} } } ]", "'${ {} }'"),
        (
            "timeout: slwo\nuse: { timeouts: { slow: { after: PT1H } } }\ndo: [ { a: { set: { x: 1 } } } ]",
            "did you mean slow?"
        ),
    ]) func aFaultTellsHowToPutItRight(body: String, words: String) {
        let report = Self.report(body)
        #expect(!report.isAccepted)
        #expect(report.faults.contains { $0.description.contains(words) }, "\(report.faults)")
        #expect(report.faults.allSatisfy { $0.line != nil && $0.column != nil })
    }

    @Test(arguments: [
        ("do: [ { a: { set: { x: 1 }, then: end } }, { b: { set: { x: 1 } } } ]", "/do/1/b", "nothing leads to"),
        (
            "do: [ { a: { raise: { error: { type: 'x:y', status: 400 } } } }, { b: { set: { x: 1 } } } ]", "/do/1/b",
            "nothing leads to"
        ),
        (
            "do: [ { a: { switch: [ { x: { then: end } } ], then: b } }, { b: { set: { x: 1 } } } ]", "/do/1/b",
            "nothing leads to"
        ),
        (
            "use: { retries: { r: { delay: PT1S } } }\ndo: [ { a: { set: { x: 1 } } } ]", "/use/retries/r",
            "nothing uses"
        ),
        ("use: { secrets: [ s ] }\ndo: [ { a: { set: { x: 1 } } } ]", "/use/secrets/0", "nothing uses"),
        (
            "do: [ { a: { try: [ { b: { set: { x: 1 } } } ], catch: { retry: { delay: PT1S } } } } ]",
            "/do/0/a/catch/retry", "without an end"
        ),
        (
            "do: [ { a: { call: http, with: { method: get, endpoint: 'https://x', body: 1 } } } ]",
            "/do/0/a/with/body", "a body in a GET"
        ),
        (
            "do: [{ a: { call: mcp, with: { method: tools/list, x: 1, transport: { http: { endpoint: y } } } } }]",
            "/do/0/a/with/x", "nothing looks at"
        ),
    ]) func whatIsDoubtfulIsAWarning(body: String, pointer: String, words: String) {
        let report = Self.report(body)
        #expect(report.isAccepted, "\(report.faults)")
        #expect(
            report.faults.contains {
                $0.severity == .warning && $0.pointer.description == pointer && $0.description.contains(words)
            }, "\(report.faults)")
    }

    @Test(arguments: [
        "do: [ { a: { set: { x: 1 }, if: .x, then: end } }, { b: { set: { x: 1 } } } ]",
        "do: [ { a: { try: [ { c: { set: { x: 1 } } } ], catch: { then: b }, then: end } }, { b: { set: { x: 1 } } } ]",
        "do: [ { a: { switch: [ { x: { when: .x, then: end } } ], then: b } }, { b: { set: { x: 1 } } } ]",
        "do: [ { a: { try: [ { c: { set: { x: 1 } } } ], catch: { retry: { limit: { attempt: { count: 2 } } } } } } ]",
        "do: [ { a: { try: [ { c: { set: { x: 1 } } } ], catch: { retry: { limit: { duration: PT1H } } } } } ]",
    ]) func whatIsPlainIsNotWarnedOf(body: String) { #expect(Self.report(body).faults == []) }

    @Test func branchesDoNotJumpToOneAnother() {
        let body =
            "do: [ { f: { fork: { branches: [ { a: { set: { x: 1 }, then: b } }, { b: { set: { x: 1 } } } ] } } } ]"
        #expect(Self.report(body).faults.map(\.pointer.description) == ["/do/0/f/fork/branches/0/a/then"])
    }

    @Test func aTaskThatIsJumpedOverButNamedIsReached() {
        let body =
            "do: [ { a: { switch: [ { x: { when: .x, then: c } }, { y: { then: b } } ] } }, "
            + "{ b: { set: { x: 1 }, then: end } }, { c: { set: { x: 1 }, if: .y, then: b } } ]"
        #expect(Self.report(body).faults == [])
    }

    @Test func eventsThatStartAWorkflowAreReadAsData() {
        let faults = Self.report(
            "schedule: { on: { one: { with: { type: x } } } }\ndo: [ { a: { set: { x: 1 } } } ]"
        ).faults
        #expect(faults.map(\.found) == ["no read"])
        #expect(faults.map(\.severity) == [.warning])
    }

    static func fork(_ first: String, _ second: String, compete: Bool = false) -> [DefinitionFault] {
        report(
            "do: [ { f: { fork: { compete: \(compete), branches: [ { a: \(first) }, { b: \(second) } ] } } } ]"
        ).faults.filter { $0.found.hasPrefix("the context's key") }
    }

    @Test func branchesThatExportTheSameKeyContradictEachOther() {
        let export = "{ set: { x: 1 }, export: { as: '${ ($context // {}) + { found: .x, n: { m: 1 } } }' } }"
        let other = "{ set: { x: 1 }, export: { as: { found: 1 } } }"
        let own = "{ set: { x: 1 }, export: { as: '${ $context + { \"mine\": . } }' } }"
        let perhaps = "{ set: { x: 1 }, if: .x, export: { as: { found: 1 } } }"
        #expect(Self.fork(export, other).map(\.severity) == [.error])
        #expect(Self.fork(export, other).map(\.pointer.description) == ["/do/0/f/fork/branches/1/b/export/as"])
        #expect(Self.fork(export, own) == [])
        #expect(Self.fork(export, perhaps).map(\.severity) == [.warning])
        #expect(Self.fork(export, "{ do: [ { c: \(other) } ] }").map(\.severity) == [.error])
        #expect(Self.fork(export, other, compete: true) == [])
        let loop = "{ for: { in: .list }, do: [ { c: \(other) } ] }"
        #expect(Self.fork(export, loop).map(\.severity) == [.warning])
        #expect(Self.fork(export, "{ set: { x: 1 }, export: { as: '${ .x == { found: 1 } }' } }") == [])
    }

    @Test func faultsComeInTheOrderOfTheText() {
        let faults = Self.report("do:\n  - a: { set: 1 }\n  - b: { wait: 5 }\nextra: 1\n").faults
        #expect(faults.map(\.line) == faults.map(\.line).sorted { ($0 ?? 0) < ($1 ?? 0) })
        #expect(faults.count == 3)
    }
}
