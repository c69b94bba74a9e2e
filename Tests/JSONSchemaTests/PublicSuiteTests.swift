import Core
import JSONSchema
import Testing

@Suite(.timeLimit(.minutes(5))) struct PublicSuiteTests {
    /// The cases that are not met, each with its reason.
    static let known: [String: String] = [:]

    static func failures(_ path: String, assertsFormats: Bool = false) throws -> [String] {
        let options = SchemaOptions(
            documents: PublicSuite.documents, assertsFormats: assertsFormats, ignoresUnknownKeywords: true)
        var failures: [String] = []
        for group in try PublicSuite.groups(path) {
            do {
                let schema = try Schema(group.schema, options: options)
                for test in group.tests where schema.allows(test.data) != test.isValid {
                    let name = "\(path): \(group.description): \(test.description)"
                    if known[name] == nil { failures.append("\(name): should be \(test.isValid)") }
                }
            } catch {
                if known["\(path): \(group.description)"] == nil {
                    failures.append("\(path): \(group.description): \(error)")
                }
            }
        }
        return failures
    }

    @Test(arguments: PublicSuite.required)
    func everyCaseOfTheStandardIsMet(path: String) throws {
        #expect(try Self.failures(path) == [])
    }

    @Test(arguments: PublicSuite.optional)
    func optionalCasesAreMetButForKnownOnes(path: String) throws {
        #expect(try Self.failures(path, assertsFormats: path.hasPrefix("optional/format/")) == [])
    }

    @Test func theSuiteIsThere() throws {
        #expect(PublicSuite.required.count == 46)
        let cases = try (PublicSuite.required + PublicSuite.optional).flatMap { try PublicSuite.groups($0) }
            .reduce(0) { $0 + $1.tests.count }
        #expect(cases > 1500)
    }
}
