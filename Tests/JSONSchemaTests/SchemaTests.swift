import Core
import JSONSchema
import Testing

@Suite(.timeLimit(.minutes(5))) struct SchemaTests {
    @Test func aProblemNamesItsPlaceAndItsKeywordAndShowsNoData() throws {
        let schema = try Schema(["properties": ["a": ["items": ["type": "string"]]], "required": ["b"]])
        let problems = schema.problems(["a": ["x", 42]])
        #expect(problems.map(\.description) == ["/a/1: number instead of string", "/: \"b\" is missing"])
        #expect(problems.map(\.keyword) == ["/properties/a/items/type", "/required"])
    }

    @Test func theNearestAlternativeIsTold() throws {
        let schema = try Schema([
            "oneOf": [
                ["properties": ["kind": ["const": "a"]], "required": ["kind", "x"]],
                ["properties": ["kind": ["const": "b"], "list": ["items": ["type": "integer"]]]],
            ]
        ])
        #expect(
            schema.firstProblem(["kind": "b", "list": ["x"]])
                == "/: fits none of 2 alternatives instead of one; nearest: /list/0: string instead of integer")
    }

    @Test(
        arguments: [
            (["type": "strange"], "/type", false), (["minimum": "1"], "/minimum", false),
            (["items": [["type": "string"]]], "/items", false), (["$ref": "#/nowhere"], "/$ref", false),
            (["$ref": "https://elsewhere.example/x"], "/$ref", false), (["pattern": "("], "/pattern", false),
            (["propertys": [:]], "/propertys", true), (["multipleOf": 0], "/multipleOf", false),
            (["$schema": "http://json-schema.org/draft-07/schema#"], "/$schema", true),
            (["allOf": []], "/allOf", false),
            (["properties": ["a": ["not": 5]]], "/properties/a/not", false),
        ] as [(JSON, String, Bool)])
    func whatWouldNotBeCheckedIsRefused(schema: JSON, pointer: String, isUnsupported: Bool) throws {
        let faults = #expect(throws: SchemaFaults.self) { try Schema(schema, at: JSONPointer(["input"])) }
        #expect(faults?.list.map(\.pointer.description) == ["/input" + pointer])
        #expect(faults?.list.first?.isUnsupported == isUnsupported)
    }

    @Test func aSchemaThatRefersToItselfComesToAnEnd() throws {
        #expect(try !Schema(["$ref": "#"]).allows(1))
        #expect(try !Schema(["anyOf": [["$ref": "#"], ["$ref": "#"]]]).allows(1))
        #expect(try !Schema(["not": ["$ref": "#"]]).allows(1))
        let tree = try Schema(["type": "object", "additionalProperties": ["$ref": "#"]])
        var deep: JSON = [:]
        for _ in 0..<150 { deep = ["a": deep] }
        #expect(tree.allows(deep))
        for _ in 0..<5000 { deep = ["a": deep] }
        #expect(tree.firstProblem(deep) != nil)
    }

    @Test func stepsAreBounded() throws {
        let schema = try Schema(["items": ["pattern": "^(a+)+$"]])
        #expect(!schema.allows([.string(String(repeating: "a", count: 60) + "b")]))
        var wide: JSON = true
        for _ in 0..<12 { wide = ["allOf": [wide, wide, wide, wide]] }
        // As many nodes would be needed: compiling refuses what is huge.
        #expect(throws: SchemaFaults.self) { try Schema(["$defs": ["a": wide], "$ref": "#/$defs/a"]) }
        let fan: JSON = [
            "$defs": [
                "a": ["allOf": [["$ref": "#/$defs/b"], ["$ref": "#/$defs/b"]]],
                "b": ["allOf": [["$ref": "#/$defs/c"], ["$ref": "#/$defs/c"]]],
                "c": ["items": ["allOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]]]],
            ], "$ref": "#/$defs/a",
        ]
        var nested: JSON = []
        for _ in 0..<40 { nested = [nested] }
        var steps = 100_000
        #expect(try Schema(fan).problems(nested, steps: &steps).last?.message.contains("too many steps") == true)
        #expect(steps <= 0)
    }

    @Test func formatsAreChecksOnlyWhenAskedFor() throws {
        #expect(try Schema(["format": "date"]).allows("no date"))
        #expect(try !Schema(["format": "date"], options: SchemaOptions(assertsFormats: true)).allows("no date"))
        #expect(throws: SchemaFaults.self) {
            try Schema(["format": "idn-email"], options: SchemaOptions(assertsFormats: true))
        }
    }

    @Test(arguments: [(0.3, 0.1, true), (0.35, 0.1, false), (1e22, 3, false), (4.5, 1.5, true), (1e308, 0.5, true)])
    func multiplesAreExact(value: Double, unit: Double, isMultiple: Bool) throws {
        #expect(try Schema(["multipleOf": .number(unit)]).allows(.number(value)) == isMultiple)
    }

    @Test func charactersAreCountedAsCodePoints() throws {
        #expect(try Schema(["minLength": 2]).allows("e\u{301}"))
        #expect(try !Schema(["maxLength": 1]).allows("e\u{301}"))
    }

    @Test func whatAnAlternativeThatFailsHasLookedAtIsNotSeen() throws {
        let schema = try Schema([
            "anyOf": [["properties": ["a": true]], ["properties": ["b": true], "required": ["c"]]],
            "unevaluatedProperties": false,
        ])
        #expect(schema.problems(["a": 1, "b": 2]).map(\.instance.description) == [""])
    }
}
