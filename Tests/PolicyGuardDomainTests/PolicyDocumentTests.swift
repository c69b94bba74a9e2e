import Core
import PolicyGuardDomain
import Testing

@Suite struct PolicyDocumentTests {
    @Test func aDocumentIsReadWithItsDefaults() throws {
        let rules: [JSON] = [
            ["id": "a", "when": "${ .amount > 10 }", "outcome": "deny", "reason": "${ \"too much\" }"]
        ]
        let policy = try PolicyDocument(document(rules: rules))
        #expect(policy.combine == .mostSevere && policy.reviewFrom == nil)
        #expect(policy.rules[0].when == ".amount > 10" && policy.rules[0].risk == 0)
        #expect(policy.rules[0].reason == .expression("\"too much\""))
    }

    @Test func allFaultsAreNamedWithPlaceFoundAndExpected() {
        let bad: JSON = [
            "name": "has space", "version": "1.0", "default": "maybe", "combine": "any", "color": "red",
            "riskThresholds": ["review": 50, "deny": 40],
            "rules": [
                ["id": "a", "when": " ", "outcome": "deny", "risk": 101],
                ["id": "b", "when": ".x", "outcome": "deny"], ["id": "b", "when": ".x", "outcome": "allow"], 7,
            ],
        ]
        let error = #expect(throws: PolicyFaults.self) { _ = try PolicyDocument(bad) }
        let places = error?.faults.map(\.pointer.description) ?? []
        let expected = [
            "/color", "/name", "/version", "/default", "/combine", "/riskThresholds/review", "/rules/0/when",
            "/rules/0/risk", "/rules/2/id", "/rules/3",
        ]
        #expect(places == expected)
        #expect(error?.faults[1].description.hasPrefix("/name: found \"has space\", expected a name") == true)
        #expect(error?.rejection.reason.hasSuffix("and 5 more") == true)
        #expect(error?.rejection.code == .malformedPolicy)
    }

    @Test(arguments: ["1.0.0", "0.0.1", "10.20.30-rc.1", "1.0.0-x-y"]) func versionsReadBack(text: String) {
        #expect(SemanticVersion(text)?.description == text)
    }

    @Test(arguments: ["", "1", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+b", "1.0.-1", "v1.0.0", "1.0.0.0"])
    func whatIsNoVersionIsRefused(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test func versionsOrderAsTheSpecificationSays() {
        let order = [
            "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
            "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0",
        ]
        let versions = order.compactMap(SemanticVersion.init)
        #expect(versions.reversed().sorted().map(\.description) == order)
    }

    @Test(
        arguments: [
            ("", "1.10.0"), ("latest", "1.10.0"), ("1", "1.10.0"), ("1.2", "1.2.1"), ("1.2.0", "1.2.0"),
            ("2.0.0-rc.1", "2.0.0-rc.1"), ("2", nil), ("3", nil), ("1.9.9", nil), ("new", nil),
        ] as [(String, String?)])
    func aVersionIsChosenBySemver(asked: String, chosen: String?) {
        let versions = ["1.2.0", "1.2.1", "1.10.0", "2.0.0-rc.1", "0.1.0"].compactMap(SemanticVersion.init)
        let found = PolicyVersions(versions.map { .init(version: $0, digest: "d") }).resolve(asked)
        guard case .found(let entry) = found else { return #expect(chosen == nil) }
        #expect(entry.version.description == chosen)
    }

    @Test func aVersionNeverChangesItsContent() throws {
        let version = try #require(SemanticVersion("1.0.0"))
        var versions = PolicyVersions()
        #expect(versions.register(version, digest: "a") == .added)
        #expect(versions.register(version, digest: "a") == .repeated)
        guard case .rejected(let rejection) = versions.register(version, digest: "b") else {
            return #expect(Bool(false))
        }
        #expect(rejection.code == .versionTaken && versions.entries.count == 1)
    }

    @Test func disabledVersionsAreNotChosen() throws {
        let version = try #require(SemanticVersion("1.0.0"))
        let resolution = PolicyVersions([.init(version: version, digest: "a", enabled: false)]).resolve("")
        guard case .rejected(let rejection) = resolution else { return #expect(Bool(false)) }
        #expect(rejection.code == .unknownPolicy)
    }
}
