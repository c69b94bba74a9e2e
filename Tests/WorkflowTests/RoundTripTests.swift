import Core
import Testing
import Workflow

/// From the text to the tree, back to a text, and to the tree again.
@Suite struct RoundTripTests {
    /// All that is in the tree, as text.
    static func shown(_ decoded: DecodedDefinition) -> String {
        let functions = (decoded.document["use"]?["functions"]?.object?.keys ?? []).map {
            decoded.task(at: JSONPointer(["use", "functions", $0]).description)
        }
        let parts: [Any] = [
            decoded.reference, decoded.input, decoded.output, decoded.timeout as Any, decoded.schedule as Any,
            decoded.body, decoded.extensions, functions, decoded.lacking.map { "\($0.pointer): \($0.found)" },
        ]
        var seen: Set<ObjectIdentifier> = []
        return parts.map { shown($0, &seen) }.joined(separator: "\n")
    }

    /// Every stored value below `value`; what has no order is put in one.
    private static func shown(_ value: Any, _ seen: inout Set<ObjectIdentifier>) -> String {
        var mirror: Mirror? = Mirror(reflecting: value)
        if mirror?.displayStyle == .class, !seen.insert(ObjectIdentifier(value as AnyObject)).inserted {
            return "again"
        }
        let isOrdered = mirror?.displayStyle != .dictionary && mirror?.displayStyle != .set
        var parts: [String] = []
        while let level = mirror {
            for (label, child) in level.children { parts.append("\(label ?? ""): \(shown(child, &seen))") }
            mirror = level.superclassMirror
        }
        if parts.isEmpty { return "\(type(of: value)) \(value)" }
        return "\(type(of: value))(\((isOrdered ? parts : parts.sorted()).joined(separator: ", ")))"
    }

    static func expectRoundTrip(_ bytes: [UInt8]) throws {
        let decoded = try DecodedDefinition(parsing: bytes)
        let source = try parseDefinition(bytes)
        #expect(decoded.written.text() == source.text())
        let yaml = YAMLWriter.text(decoded.written)
        for text in [Array(yaml.utf8), decoded.written.bytes(.pretty)] {
            let again = try DecodedDefinition(parsing: text)
            #expect(again.written.text() == source.text(), "\(yaml)")
            #expect(shown(again) == shown(decoded))
        }
        let unquoted = yaml.split(separator: "\n").filter {
            $0.contains("${") && !$0.contains("'") && !$0.contains("\"")
        }
        #expect(unquoted.allSatisfy { !$0.contains(": ") }, "\(unquoted)")
    }

    @Test(arguments: ExampleTests.examples + ExampleTests.patterns) func anExampleComesBackAsItWas(path: String) throws
    {
        try Self.expectRoundTrip(try ExampleTests.bytes(path))
    }

    @Test(arguments: ExampleTests.useCases.filter { $0 != "multi-agent-ai-content-generation" })
    func aUseCaseComesBackAsItWas(name: String) throws { try Self.expectRoundTrip(try ExampleTests.useCase(name)) }

    @Test(arguments: ["{ seconds: 90 }", "PT1M30S", "PT90S"]) func noSpellingIsMadeAnother(duration: String) throws {
        let text =
            LintTests.head
                + """
                timeout: short
                use:
                  timeouts: { short: { after: \(duration) } }
                  retries: { gently: { delay: { seconds: 1 }, limit: { attempt: { count: 2 } } } }
                  errors: { mine: { type: 'https://e.example/mine', status: 400 } }
                  functions: { f: { do: [ { g: { set: { z: 1.0, a: 1 } } } ] } }
                  extensions: [ { x: { extend: set, before: [ { h: { set: { a: 1 } } } ] } } ]
                do:
                  - one: { wait: \(duration), if: .a }
                  - two:
                      try: [ { three: { call: f, if: '${ .a }' } } ]
                      catch: { retry: gently, do: [ { d: { set: { b: 1 } } } ] }
                  - four: { raise: { error: mine } }
                """
        try Self.expectRoundTrip(Array(text.utf8))
    }

    @Test func whatOnlyYAMLHasIsLeftOut() throws {
        let one = try parseDefinition(Array("a: &x [ 0x1F, 'b' ] # why\nc: *x\nd: |\n  e\n".utf8))
        let other = try parseDefinition(Array(#"{"a":[31,"b"],"c":[31,"b"],"d":"e\n"}"#.utf8))
        #expect(one.text() == other.text())
    }

    @Test func eachListIsWrittenFromItsTasks() throws {
        let text =
            LintTests.head
                + """
                do:
                  - f: { fork: { branches: [ { a: { set: { n: 1 } } }, { b: { do: [ { c: { set: { n: 2 } } } ] } } ] } }
                  - m: { call: 'map:1.0.0', with: { in: '${ [] }', do: [ { d: { set: { n: 3 } } } ] } }
                  - l:
                      listen: { to: { any: [], until: '${ false }' } }
                      foreach: { do: [ { e: { set: { n: 4 } } } ] }
                """
        let decoded = try DecodedDefinition(parsing: Array(text.utf8))
        for (pointer, number) in [
            ("/do/0/f/fork/branches/0/a", 1), ("/do/0/f/fork/branches/1/b/do/0/c", 2), ("/do/1/m/with/do/0/d", 3),
            ("/do/2/l/foreach/do/0/e", 4),
        ] {
            #expect(decoded.task(at: pointer)?.definition["set"]?["n"]?.int == number)
            #expect(JSONPointer(pointer)?.resolve(in: decoded.written)?["set"]?["n"]?.int == number)
        }
    }
}
