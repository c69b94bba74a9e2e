import Core
import Foundation
import Testing
import Workflow

/// Drawings of definitions, held to files that people have looked at. `CADENZA_WRITE_GRAPHS=1` writes them anew.
@Suite struct GraphTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Graphs").path
    static let drawn = [
        "patterns/booking-saga", "patterns/two-person-approval", "patterns/reflection", "patterns/coordinator",
        "patterns/claim-intake", "patterns/policy-gate", "upstream/examples/try-catch-retry-inline",
    ]

    static func expect(_ text: String, _ name: String) throws {
        let place = URL(filePath: "\(folder)/\(name)")
        if ProcessInfo.processInfo.environment["CADENZA_WRITE_GRAPHS"] == "1" {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
        #expect(try String(contentsOf: place, encoding: .utf8) == text)
    }

    @Test(arguments: drawn) func aDefinitionIsDrawnAsBefore(path: String) throws {
        let definition = try CompiledDefinition(parsing: ExampleTests.bytes("\(path).yaml"))
        let name = String(path.split(separator: "/").last ?? "")
        try Self.expect(mermaid(definition), "\(name).mmd")
        try Self.expect(svg(definition), "\(name).svg")
        #expect(svg(definition) == svg(definition))
    }

    @Test func allKindsJumpsAndLoopsAreDrawn() throws {
        let text = """
            document: { dsl: '1.0.3', namespace: a, name: everything, version: '1.0.0' }
            schedule: { on: { one: { with: { type: order.paid.v1 } } }, read: data }
            do:
              - first: { set: { a: 1 }, if: '.a < 3 and "x" != .b' }
              - ask: { call: http, with: { method: get, endpoint: 'https://x.example/{id}?a=1&b=2' } }
              - choose:
                  switch:
                    - again: { when: .again, then: first }
                    - stop: { when: .stop, then: end }
                    - late: { when: .late, then: pause }
                    - other: { then: each }
              - each:
                  for: { each: line, in: .lines }
                  do:
                    - check: { switch: [ { bad: { when: .bad, then: exit } }, { good: { then: keep } } ] }
                    - keep: { set: { kept: true } }
              - both:
                  fork:
                    compete: true
                    branches:
                      - tell: { emit: { event: { with: { type: told.v1 } } } }
                      - hear: { listen: { to: { any: [ { with: { type: heard.v1 } } ], until: '${ length > 2 }' } } }
              - guarded:
                  try:
                    - child: { run: { workflow: { namespace: a, name: other, version: latest } } }
                  catch:
                    errors: { with: { status: 503 } }
                    retry: { delay: PT1S, limit: { attempt: { count: 2 } } }
                    do: [ { note: { set: { failed: true } } } ]
                    then: refuse
              - pause: { wait: { minutes: 5 } }
              - inner: { do: [ { deep: { set: { x: 1 }, then: end } } ], then: end }
              - refuse: { raise: { error: { type: 'https://x.example/no', status: 400, title: No } } }
            """
        let definition = try CompiledDefinition(parsing: Array(text.utf8))
        for kind in ["set", "call", "switch", "for", "fork", "emit", "listen", "try", "run", "wait", "do", "raise"] {
            #expect(definition.document.text().contains("\"\(kind)\""))
        }
        try Self.expect(mermaid(definition), "everything.mmd")
        try Self.expect(svg(definition), "everything.svg")
    }
}
