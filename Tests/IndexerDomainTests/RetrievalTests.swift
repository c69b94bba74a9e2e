import Core
import IndexerDomain
import Testing

@Suite struct HashingEmbedderTests {
    private func similarity(_ a: String, _ b: String) -> Float {
        zip(HashingEmbedder().embed(a), HashingEmbedder().embed(b)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func vectorsHaveLengthOneAndRepeat() {
        let vector = HashingEmbedder().embed("Burst pipes in the kitchen")
        #expect(vector.count == HashingEmbedder.dimensions)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        #expect(vector == HashingEmbedder().embed("Burst pipes in the kitchen"))
        #expect(HashingEmbedder().embed("…!").allSatisfy { $0 == 0 })
    }

    @Test func relatedWordingIsNearerThanOther() {
        let question = "water leak from a burst pipe"
        #expect(similarity(question, "Leaks of water and bursting pipes are covered") > 0.3)
        #expect(similarity(question, "Theft of bicycles must be reported to the police") < 0.15)
    }
}

@Suite struct RankFusionTests {
    @Test func whatBothListsKnowComesFirst() {
        let hits = RankFusion.fuse([["a", "b", "c"], ["b", "d"]], limit: 3)
        #expect(hits.map(\.id) == ["b", "a", "d"])
        #expect(RankFusion.fuse([["a"], ["a"]], limit: 1).map(\.score) == [1])
        #expect(RankFusion.fuse([["a", "b"], []], limit: 9, minimumScore: 0.6).isEmpty)
        #expect(RankFusion.fuse([], limit: 5).isEmpty)
    }
}

@Suite struct RetrievalQueryTests {
    @Test(arguments: [
        ("Bad Index", "q", 0, 0.0), ("clauses", "  ", 0, 0), ("clauses", "q", 51, 0), ("clauses", "q", -1, 0),
        ("clauses", "q", 5, 1.5),
    ])
    func refusesWithAReason(index: String, text: String, limit: Int, score: Double) throws {
        let result = RetrievalQuery.checked(index: index, text: text, filter: [:], limit: limit, minimumScore: score)
        guard case .failure(let refused) = result else {
            Issue.record("expected a refusal")
            return
        }
        #expect(refused.rejection.code == "RX0002" && refused.rejection.reason.contains("expected"))
    }

    @Test func sortsTheFilterAndFillsTheDefault() throws {
        let query = try RetrievalQuery.checked(
            index: "policy-clauses", text: "hail", filter: ["b": "2", "a": "1"], limit: 0, minimumScore: 0
        ).get()
        #expect(query.filter.map(\.key) == ["a", "b"] && query.limit == 8)
    }
}
