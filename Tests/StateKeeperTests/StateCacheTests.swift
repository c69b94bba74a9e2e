import Core
import Engine
import StateKeeperDomain
import Testing
import Workflow

@testable import StateKeeper

@Suite struct StateCacheTests {
    private static func state(_ execution: String) throws -> ExecutionState {
        let definition = try CompiledDefinition(document: [
            "document": ["dsl": "1.0.3", "namespace": "tests", "name": "wait", "version": "1.0.0"],
            "do": [["wait": ["wait": ["seconds": 1]]]],
        ])
        let start = ExecutionCommand.start(
            executionID: execution, definition: definition.reference, input: .null, tenant: "demo")
        guard case .accepted(let events) = decide(nil, start, definition, now: Instant(microseconds: 0)),
            var state = events.first.flatMap({ ExecutionState($0) })
        else { throw CancellationError() }
        for event in events.dropFirst() { state.apply(event) }
        return state
    }

    private static func key(_ execution: String) -> ExecutionKey { ExecutionKey(tenant: "demo", execution: execution) }

    @Test func `a state is given once, and for the event that it was kept after only`() throws {
        let (cache, key, state) = (StateCache(), Self.key("e"), try Self.state("e"))
        cache.keep(state, of: key, at: 7)
        #expect(cache.take(key, at: 7) == state)
        #expect(cache.take(key, at: 7) == nil)
        cache.keep(state, of: key, at: 7)
        #expect(cache.take(key, at: 8) == nil)
        #expect(cache.take(key, at: 7) == nil)
        cache.keep(state, of: key, at: 7)
        #expect(cache.take(ExecutionKey(tenant: "other", execution: "e"), at: 7) == nil)
    }

    @Test func `it keeps the newest, and no more than twice its limit`() throws {
        let (cache, state) = (StateCache(limit: 10), try Self.state("e"))
        for number in 0..<100 { cache.keep(state, of: Self.key("e\(number)"), at: 1) }
        let kept = (0..<100).filter { cache.take(Self.key("e\($0)"), at: 1) != nil }
        #expect((10...20).contains(kept.count) && kept == Array((100 - kept.count)..<100))
    }
}
