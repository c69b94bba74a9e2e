import Contracts
import Core
import IndexerDomain
import Messaging
import Postgres
import TestKit
import Testing

@testable import Indexer

/// Questions of tasks that are tried again.
@Suite(.timeLimit(.minutes(5))) struct QueryTests {
    private static func question(_ attempt: Int, _ text: String) -> QueryTable.Pending {
        QueryTable.Pending(
            tenant: "demo", id: "e:1", execution: "e", attempt: attempt,
            query: RetrievalQuery(index: "i", text: text, filter: [], limit: 8, minimumScore: 0),
            origin: MessageOrigin(messageID: "m\(attempt)"), attempts: 0)
    }

    @Test func anotherQuestionOfATaskTakesThePlaceOfTheOneThatWaits() async throws {
        try await withIndexer { bench in
            try await bench.pool.withConnection { connection in
                let now = SystemClock().now()
                for pending in [Self.question(1, "old"), Self.question(2, "new"), Self.question(2, "new")] {
                    try await QueryTable.insert([pending], now: now, on: connection)
                }
                #expect(try await !QueryTable.remove(Self.question(1, "old"), on: connection))
                let claimed = try await QueryTable.claim(limit: 9, lease: .seconds(9), now: now, on: connection)
                #expect(claimed.map(\.query.text) == ["new"] && claimed.map(\.attempt) == [2])
            }
            try await bench.running {
                let question = KnowledgeV1.RetrievePassages(
                    queryID: "e:2", executionID: "e", index: "i", query: "q", attempt: 3)
                try await bench.peer.send(question, to: .knowledgeCommands, key: "e:2", id: "q3")
                let answer = try await bench.peer.wait(KnowledgeV1.PassagesRetrieved.self) { $0.queryID == "e:2" }
                #expect(answer[0].attempt == 3)
            }
        }
    }
}
