import Core
import JSONSchema
import Testing
import Workflow

/// The decoder agrees with the language's own schema, each judged by our own validator.
@Suite(.timeLimit(.minutes(5))) struct UpstreamSchemaTests {
    static let schema: Schema? = try? Schema(
        parseDefinition(ExampleTests.bytes("upstream/schema/workflow.yaml")))

    @Test(arguments: ExampleTests.examples + ExampleTests.patterns)
    func everyExampleFitsTheSchema(path: String) throws {
        let document = try parseDefinition(try ExampleTests.bytes(path))
        #expect(try #require(Self.schema).problems(document).map(\.description) == [])
    }

    @Test(arguments: ["extra-property-in-call", "two-tasks-in-one-item", "listen-any-until-any-until"])
    func invalidDocumentsDoNotFit(name: String) throws {
        let text = String(decoding: try ExampleTests.bytes("upstream/invalid/\(name).yaml"), as: UTF8.self)
        let document = try parseDefinition(Array(text.replacing("do:\ndo:\n", with: "do:\n").utf8))
        #expect(try #require(Self.schema).firstProblem(document) != nil)
    }

    /// Each document with one member less, or one too many, in every object of it.
    static func variants(_ value: JSON) -> [JSON] {
        switch value {
        case .object(let object):
            var variants: [JSON] = []
            var more = object
            more["zzz"] = 1
            variants.append(.object(more))
            for (key, member) in object {
                var less = object
                less[key] = nil
                variants.append(.object(less))
                for variant in self.variants(member) {
                    var changed = object
                    changed[key] = variant
                    variants.append(.object(changed))
                }
                var wrong = object
                wrong[key] = member.string == nil ? "zzz" : [1]
                variants.append(.object(wrong))
            }
            return variants
        case .array(let elements):
            return elements.indices.flatMap { at in
                variants(elements[at]).map { variant in
                    var changed = elements
                    changed[at] = variant
                    return .array(changed)
                }
            }
        default: return []
        }
    }

    @Test(arguments: ExampleTests.examples)
    func whatTheSchemaForbidsTheDecoderRefuses(path: String) throws {
        let schema = try #require(Self.schema)
        let document = try parseDefinition(try ExampleTests.bytes(path))
        var missed: [String] = []
        for variant in Self.variants(document) {
            guard let problem = schema.firstProblem(variant), (try? DecodedDefinition(document: variant)) != nil else {
                continue
            }
            // By the language's text the version is the latest where none is named.
            if problem.hasSuffix("nearest: /workflow: \"version\" is missing") { continue }
            missed.append("\(problem): \(variant.text().prefix(600))")
        }
        #expect(missed == [])
    }
}
