import Core
import Testing
import Workflow

/// What stands elsewhere is put into the document, and nothing else is.
@Suite struct BundleTests {
    static let url = "https://f.example/functions/greet/1.0.0/function.yaml"
    static let greet = "{ set: { text: '${ \"Hello \\(.name)\" }' } }"

    static func bundle(_ body: String, _ documents: [String: String]) throws -> DefinitionBundle {
        var bundle = DefinitionBundle(try DefinitionSource(parsing: Array((LintTests.head + body).utf8)))
        while let need = bundle.needs.first {
            guard let text = documents[need.url] else { break }
            try bundle.place(need, Array(text.utf8), sha256: "abc")
        }
        return bundle
    }

    static func errors(_ bundle: DefinitionBundle) -> [DefinitionFault] {
        LintReport(bundle.source).faults.filter { $0.severity == .error }
    }

    @Test func aFunctionIsPutUnderTheNameByWhichItIsCalled() throws {
        let bundle = try Self.bundle(
            "do: [ { a: { call: '\(Self.url)', with: { name: x } } } ]", [Self.url: Self.greet])
        #expect(Self.errors(bundle) == [])
        let document = bundle.source.document
        #expect(document["do"]?[0]?["a"]?["call"]?.string == Self.url)
        #expect(document["use"]?["functions"]?[Self.url]?["set"] != nil)
        let record = document["document"]?["metadata"]?["bundle"]?[0]
        #expect(record?["origin"]?.string == Self.url && record?["sha256"] == "abc")
        let place = try #require(record?["pointer"]?.string.flatMap { JSONPointer($0) })
        #expect(place.resolve(in: document)?["set"] != nil)
    }

    @Test(arguments: [
        ("https://f.example/c/", "https://f.example/c/functions/greet/1.0.0/function.yaml"),
        (
            "https://github.com/o/catalog/tree/main",
            "https://raw.githubusercontent.com/o/catalog/main/functions/greet/1.0.0/function.yaml"
        ),
        (
            "https://gitlab.com/g/o/catalog/-/tree/main",
            "https://gitlab.com/g/o/catalog/-/raw/main/functions/greet/1.0.0/function.yaml"
        ),
        ("file:catalogue", "file:catalogue/functions/greet/1.0.0/function.yaml"),
    ]) func aCatalogueHasItsFunctionsBelowItsAddress(endpoint: String, url: String) throws {
        let body =
            "use: { catalogs: { mine: { endpoint: '\(endpoint)' } } }\n"
            + "do: [ { a: { call: 'greet:1.0.0@mine', with: { name: x } } } ]"
        #expect(try Self.bundle(body, [:]).needs.map(\.url) == [url])
        let bundle = try Self.bundle(body, [url: Self.greet])
        #expect(Self.errors(bundle) == [] && LintReport(bundle.source).faults == [])
    }

    static let schema = "schema: { resource: { endpoint: 'https://s.example/s.json' } }"
    @Test(arguments: [
        "input: { \(schema) }\ndo: [ { a: { set: { x: 1 } } } ]",
        "do: [ { a: { set: { x: 1 }, output: { \(schema) } } } ]",
        "do: [ { f: { fork: { branches: [ { a: { set: { x: 1 }, export: { \(schema) } } } ] } } } ]",
        "do: [ { a: { listen: { to: { any: [], until: '${ false }' } }, foreach: { output: { \(schema) } } } } ]",
        "do: [{ a: { call: 'map:1.0.0', with: { in: '${ [] }', do: [{ b: { set: { x: 1 }, input: { \(schema) } }}]}}}]",
    ]) func aSchemaTakesThePlaceOfItsResource(body: String) throws {
        let missing = try Self.bundle(body, [:])
        #expect(Self.errors(missing).map(\.kind) == [.configuration])
        let bundle = try Self.bundle(body, ["https://s.example/s.json": #"{"type":["object","array"]}"#])
        #expect(Self.errors(bundle) == [], "\(bundle.source.document.text())")
        #expect(!bundle.source.document.text().contains("resource"))
    }

    @Test func dataThatLooksLikeASchemaStaysData() throws {
        let bundle = try Self.bundle("do: [ { a: { set: { input: { \(Self.schema) } } } } ]", [:])
        #expect(bundle.needs == [] && Self.errors(bundle) == [])
    }

    @Test func whatStandsInFilesMayReferToFiles() throws {
        let bundle = try Self.bundle(
            "use: { catalogs: { mine: { endpoint: 'file:c' } } }\ndo: [ { a: { call: 'greet:1.0.0@mine' } } ]",
            [
                "file:c/functions/greet/1.0.0/function.yaml":
                    "{ set: { x: 1 }, input: { schema: { resource: { endpoint: 'file:s.json' } } } }",
                "file:s.json": "{ type: object }",
            ])
        #expect(bundle.needs == [] && Self.errors(bundle) == [])
    }

    @Test func anOwnFunctionMayHaveASignOfACatalogueInItsName() throws {
        let own = "use: { secrets: [ s ], functions: { 'call@home': { call: http, with: { method: post, "
        let bundle = try Self.bundle(
            own + "endpoint: 'https://x', body: '${ $secrets.s }' } } } }\ndo: [ { a: { call: call@home } } ]", [:])
        #expect(bundle.needs == [] && Self.errors(bundle) == [])
    }

    @Test func aFunctionMayNeedAnother() throws {
        let bundle = try Self.bundle(
            "do: [ { a: { call: 'https://f.example/1.yaml', with: { name: x } } } ]",
            [
                "https://f.example/1.yaml":
                    "{ do: [ { b: { call: 'https://f.example/2.yaml', with: { name: y } } } ] }",
                "https://f.example/2.yaml": "{ call: 'https://f.example/1.yaml' }",
            ])
        #expect(bundle.needs == [] && Self.errors(bundle) == [])
        #expect(bundle.source.document["use"]?["functions"]?.object?.count == 2)
    }

    @Test func whatIsNotBundledIsRefusedWithWhatToDo() throws {
        let errors = Self.errors(try Self.bundle("do: [ { a: { call: '\(Self.url)' } } ]", [:]))
        #expect(errors.map(\.pointer.description) == ["/do/0/a/call"])
        #expect(errors.first?.hint?.contains("cadenza bundle") == true)
    }

    @Test(arguments: [
        "{ call: 'file:///etc/passwd' }", "{ do: [ { b: { call: 'file:x.yaml' } } ] }",
        "{ set: { a: 1 }, input: { schema: { resource: { endpoint: 'file:///etc/passwd' } } } }",
    ]) func aFunctionFromTheNetworkReadsNoFiles(function: String) throws {
        let bundle = try Self.bundle("do: [ { a: { call: '\(Self.url)' } } ]", [Self.url: function])
        #expect(bundle.needs == [])
        #expect(Self.errors(bundle).map(\.kind) == [.configuration])
    }

    @Test func whatADocumentFromTheNetworkAsksForIsKnownToBeSo() throws {
        let other = "https://raw.githubusercontent.com/o/c/main/2.yaml"
        let bundle = try Self.bundle(
            "do: [ { a: { call: 'https://github.com/o/c/blob/main/1.yaml' } }, { b: { call: '\(Self.url)' } } ]",
            ["https://raw.githubusercontent.com/o/c/main/1.yaml": "{ call: '\(other)' }"])
        #expect(bundle.needs.map(\.url) == [other, Self.url])
        #expect(bundle.needs.map(\.asker) == ["https://raw.githubusercontent.com/o/c/main/1.yaml", nil])
    }

    @Test func aDocumentIsReadOnceAndPutInSoManyPlaces() throws {
        func body(_ count: Int) -> String {
            "do:\n" + (0..<count).map { "  - t\($0): { set: { x: 1 }, output: { \(Self.schema) } }\n" }.joined()
        }
        func put(_ count: Int, _ text: String) throws -> DefinitionBundle {
            var bundle = DefinitionBundle(try DefinitionSource(parsing: Array((LintTests.head + body(count)).utf8)))
            for need in bundle.needs { try bundle.place(need, Array(text.utf8), sha256: "abc") }
            return bundle
        }
        let bundle = try put(DefinitionBundle.mostPlaces, "{ type: object }")
        #expect(bundle.needs == [])
        let record = bundle.source.document["document"]?["metadata"]?["bundle"]?.array
        #expect(
            record?.count == DefinitionBundle.mostPlaces
                && record?.last?["pointer"] == "/do/1023/t1023/output/schema/document")
        let long = "{ type: object, description: '" + String(repeating: "x", count: 1 << 18) + "' }"
        for (count, text) in [(DefinitionBundle.mostPlaces + 1, "{ type: object }"), (33, long)] {
            let faults = #expect(throws: DefinitionFaults.self) { try put(count, text) }
            #expect(faults?.list.first?.found.contains("more documents") == true)
        }
    }

    @Test(arguments: [
        ("use: { catalogs: { c: { endpoint: '${ .x }' } } }\n", "do: [ { a: { call: 'f:1.0.0@c' } } ]"),
        (
            "use: { catalogs: { c: { endpoint: { uri: 'https://x', authentication: { bearer: { token: t } } } } } }\n",
            "do: [ { a: { call: 'f:1.0.0@c' } } ]"
        ),
        ("", "do: [ { a: { set: { x: 1 }, output: { schema: { resource: { endpoint: 'https://x/{y}' } } } } } ]"),
    ]) func whatBundleDoesNotFetchIsNotSaidToBeFetchedByIt(use: String, body: String) throws {
        let errors = Self.errors(try Self.bundle(use + body, [:]))
        #expect(errors.map { $0.hint?.hasPrefix("put it into the document") } == [true], "\(errors)")
    }

    static let hidden = """
        use:
          secrets: [ s ]
          authentications: { mine: { basic: { use: s } } }
          errors: { own: { type: 'https://e.example', status: 400 } }
          functions:
            inner: { call: http, with: { method: get, endpoint: { uri: 'https://x', authentication: { use: mine } } } }
        do: [ { b: { call: inner } }, { r: { raise: { error: own }, if: .never } },  { a: { call: '\(url)' } } ]
        """
    @Test(arguments: [
        "{ call: inner }", "{ raise: { error: own } }",
        "{ call: http, with: { method: post, endpoint: 'https://x', body: '${ $secrets }' } }",
        "{ call: http, with: { method: post, endpoint: 'https://x', body: '${ $secrets.s }' } }",
        "{ call: http, with: { method: get, endpoint: { uri: 'https://x', authentication: { use: mine } } } }",
        "{ call: http, with: { method: get, endpoint: { uri: 'https://x', authentication: { basic: { use: s } } } } }",
        "{ call: 'greet:1.0.0@mine' }",
    ]) func aFunctionFromElsewhereSeesNothingOfTheDocument(function: String) throws {
        #expect(Self.errors(try Self.bundle(Self.hidden, [Self.url: Self.greet])) == [])
        let errors = Self.errors(try Self.bundle(Self.hidden, [Self.url: function]))
        #expect(!errors.isEmpty)
        let place = JSONPointer(["use", "functions", Self.url]).description
        #expect(errors.allSatisfy { $0.pointer.description.hasPrefix(place) }, "\(errors)")
    }

    @Test(arguments: ["a: [", "{ a: 1 }", "text"]) func whatIsNoTaskIsRefused(content: String) {
        #expect(throws: DefinitionFaults.self) {
            try Self.bundle("do: [ { a: { call: '\(Self.url)' } } ]", [Self.url: content])
        }
    }
}
