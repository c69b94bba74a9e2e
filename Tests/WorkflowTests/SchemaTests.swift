import Core
import JSONSchema
import Testing
import Workflow

@Suite struct SchemaTests {
    static func problem(_ schema: JSON, _ value: JSON) throws -> String? {
        let document: JSON = [
            "document": ["dsl": "1.0.3", "namespace": "a", "name": "b", "version": "1.0.0"],
            "input": ["schema": ["format": "json", "document": schema]], "do": [["x": ["set": ["a": 1]]]],
        ]
        let definition = try CompiledDefinition(document: document)
        return try #require(definition.input.schema).firstProblem(value)
    }

    @Test(
        arguments: [
            (true, 1, true), (false, 1, false), (["type": "integer"], 1.0, true), (["type": "integer"], 1.5, false),
            (["type": "number"], 1, true), (["type": ["string", "null"]], nil, true), (["type": "string"], nil, false),
            (["enum": [1, "a", nil]], nil, true), (["enum": [1, "a"]], "b", false),
            (["const": ["a": 1]], ["a": 1.0], true),
            (["required": ["a"]], ["a": nil], true), (["required": ["a"]], [:], false), (["required": ["a"]], 5, true),
            (["properties": ["a": ["type": "string"]]], ["a": 1], false),
            (["properties": ["a": true], "additionalProperties": false], ["a": 1, "b": 1], false),
            (["additionalProperties": ["type": "null"]], ["b": nil], true),
            (["additionalProperties": ["type": "null"]], ["b": 1], false),
            (["propertyNames": ["maxLength": 1]], ["ab": 1], false), (["minProperties": 1], [:], false),
            (["maxProperties": 1], ["a": 1, "b": 1], false),
            (["dependentRequired": ["a": ["b"]]], ["a": 1], false),
            (["dependentRequired": ["a": ["b"]]], ["c": 1], true),
            (["items": ["type": "number"]], [1, "a"], false), (["items": false], [], true),
            (["items": false], [1], false),
            (["prefixItems": [["type": "string"]], "items": ["type": "number"]], ["a", 1], true),
            (["prefixItems": [["type": "string"]], "items": ["type": "number"]], ["a", "b"], false),
            (["contains": ["const": 1]], [0, 1], true), (["contains": ["const": 1]], [0], false),
            (["contains": ["const": 1], "minContains": 0], [], true),
            (["contains": ["const": 1], "maxContains": 1], [1, 1], false), (["minItems": 1], [], false),
            (["maxItems": 1], [1, 2], false), (["uniqueItems": true], [1, 1.0], false),
            (["uniqueItems": true], [1, "1"], true),
            (["minLength": 2], "é", false), (["maxLength": 1], "👍", true), (["minimum": 1], 1, true),
            (["exclusiveMinimum": 1], 1, false), (["maximum": 1], 2, false), (["exclusiveMaximum": 1], 0.5, true),
            (["multipleOf": 0.1], 0.3, true), (["multipleOf": 2], 3, false),
            (["allOf": [["minimum": 1], ["maximum": 2]]], 3, false),
            (["anyOf": [["minimum": 5], ["const": 1]]], 1, true),
            (["oneOf": [["minimum": 1], ["maximum": 2]]], 1, false), (["not": ["type": "null"]], nil, false),
            (["if": ["type": "number"], "then": ["minimum": 1], "else": ["const": "a"]], 0, false),
            (["if": ["type": "number"], "then": ["minimum": 1], "else": ["const": "a"]], "a", true),
            (["format": "date"], "no date", true), (["type": "object", "title": "T", "$comment": "c"], [:], true),
        ] as [(JSON, JSON, Bool)])
    func keywordsMeanWhatTheStandardSays(schema: JSON, value: JSON, fits: Bool) throws {
        #expect((try Self.problem(schema, value) == nil) == fits)
    }

    @Test func aProblemNamesThePlaceAndShowsNoData() throws {
        let schema: JSON = ["properties": ["a": ["items": ["type": "string"]]]]
        #expect(try Self.problem(schema, ["a": ["x", 42]]) == "/a/1: number instead of string")
    }
}
