import Core
import PolicyGuardDomain
import Testing

@testable import PolicyGuard

@Suite struct CompiledPolicyTests {
    private func compiled(_ rules: JSON) throws -> CompiledPolicy {
        let document: JSON = ["name": "p", "version": "1.0.0", "default": "allow", "rules": rules]
        return try CompiledPolicy(PolicyDocument(document))
    }

    @Test func theCacheKeepsWhatWasUsedLast() throws {
        let cache = PolicyCache(limit: 2)
        let policy = try compiled([])
        cache.keep(policy, "a")
        cache.keep(policy, "b")
        _ = cache.policy("a")
        cache.keep(policy, "c")
        #expect(cache.policy("a") != nil && cache.policy("b") == nil && cache.policy("c") != nil)
    }
}
