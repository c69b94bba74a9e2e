import HTTP
import Testing

@Suite("Egress rules")
struct EgressRulesTests {
    @Test(arguments: [
        ("https://api.example.com/x", true), ("http://api.example.com:8080/", true),
        ("https://API.EXAMPLE.COM./", true),
        ("https://a.b.internal.net/", true), ("https://internal.net/", false), ("https://evilinternal.net/", false),
        ("http://127.0.0.1:9000/", true), ("http://127.0.0.1:9001/", false),
        ("https://api.example.com.evil.io/", false),
        ("https://evil.io/?api.example.com", false), ("https://evil.io#@api.example.com/", false),
    ])
    func `only listed hosts pass`(_ url: String, _ allowed: Bool) throws {
        let rules = try #require(EgressRules(allowing: ["api.example.com", "*.internal.net", "127.0.0.1:9000"]))
        #expect(HTTPLocation(url).map { rules.allows($0) } ?? false == allowed)
    }

    @Test func `an empty list allows nothing, malformed patterns are refused`() throws {
        let nothing = try #require(EgressRules(allowing: []))
        #expect(!nothing.allows(HTTPLocation("https://a.b/")!))
        for pattern in ["", "a b", "http://x", "a.*.b", "*"] { #expect(EgressRules(allowing: [pattern]) == nil) }
        #expect(EgressRules.unrestricted.allows(HTTPLocation("https://a.b/")!))
    }
}
