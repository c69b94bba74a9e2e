import Contracts
import Core
import Messaging
import ObjectStore
import Postgres
import TestKit
import Testing

@testable import Indexer

/// The service on real servers: documents in, passages out.
@Suite(.timeLimit(.minutes(5))) struct IndexerFlowTests {
    private static func index(
        _ text: String, as document: String, region: String, type: String = "text/markdown", on bench: ServiceBench
    ) async throws {
        let bytes = Array(text.utf8)
        let digest = try await bench.objects.scoped(to: "demo").put(bytes, contentType: type)
        let blob = CoreV1.Blob(digest: digest, sizeBytes: Int64(bytes.count), contentType: type, name: document)
        try await bench.peer.send(
            KnowledgeV1.IndexDocument(documentID: document, index: "clauses", blob: blob, metadata: ["region": region]),
            to: .knowledgeCommands, key: document, id: "index-\(document)-\(digest.prefix(8))")
    }

    private static func ask(
        _ question: String, id: String, filter: [String: String] = [:], index: String = "clauses",
        tenant: String = "demo",
        on bench: ServiceBench
    ) async throws {
        try await bench.peer.send(
            KnowledgeV1.RetrievePassages(
                queryID: id, executionID: "e", index: index, query: question, filter: filter, limit: 3),
            to: .knowledgeCommands, key: id, id: "ask-\(id)", tenant: tenant)
    }

    private static let water =
        "# Water\n\nDamage by water from a burst pipe is covered up to 20000 EUR.\n\nFloods are excluded."
    private static let theft = "# Theft\n\nStolen bicycles are covered when they were locked."

    @Test func findsWhatFitsWithinTheFilterAndTheTenantOnly() async throws {
        try await withIndexer { bench in
            try await bench.running {
                try await Self.index(Self.water, as: "water-eu", region: "eu", on: bench)
                try await Self.index(Self.water, as: "water-uk", region: "uk", on: bench)
                try await Self.index(Self.theft, as: "theft-eu", region: "eu", on: bench)
                try await bench.peer.wait(for: 3, KnowledgeV1.DocumentIndexed.self)
                try await Self.ask("a pipe burst and water ran out", id: "q1", filter: ["region": "eu"], on: bench)
                try await Self.ask("a pipe burst", id: "q2", tenant: "another", on: bench)
                let answers = try await bench.peer.wait(for: 2, KnowledgeV1.PassagesRetrieved.self)
                let first = try #require(answers.first { $0.queryID == "q1" })
                #expect(first.passages.first?.documentID == "water-eu")
                #expect(first.passages.allSatisfy { $0.metadata == ["region": "eu"] })
                #expect(first.passages.first?.text.contains("20000 EUR") == true)
                #expect(answers.first { $0.queryID == "q2" }?.passages.isEmpty == true)
            }
        }
    }

    @Test func aNewVersionReplacesTheOldAndADeletedDocumentIsNotFound() async throws {
        try await withIndexer { bench in
            try await bench.running {
                try await Self.index(Self.water, as: "d", region: "eu", on: bench)
                try await bench.peer.wait(KnowledgeV1.DocumentIndexed.self)
                try await Self.index(Self.theft, as: "d", region: "eu", on: bench)
                try await bench.peer.wait(for: 2, KnowledgeV1.DocumentIndexed.self)
                try await Self.ask("water from a burst pipe, or stolen bicycles", id: "q1", on: bench)
                let found = try await bench.peer.wait(KnowledgeV1.PassagesRetrieved.self)[0]
                #expect(found.passages.map(\.text).joined().contains("bicycles"))
                #expect(!found.passages.map(\.text).joined().contains("pipe"))
                try await bench.peer.send(
                    KnowledgeV1.DeleteDocument(documentID: "d", index: "clauses"), to: .knowledgeCommands, key: "d",
                    id: "delete")
                try await bench.peer.wait(KnowledgeV1.DocumentDeleted.self)
                try await Self.ask("stolen bicycles", id: "q2", on: bench)
                let gone = try await bench.peer.wait(for: 2, KnowledgeV1.PassagesRetrieved.self)
                #expect(gone.first { $0.queryID == "q2" }?.passages.isEmpty == true)
            }
        }
    }

    @Test func badDocumentsAndQueriesAreRefusedWithTheirCode() async throws {
        try await withIndexer { bench in
            try await bench.running {
                try await Self.index("%PDF-1.4 broken", as: "bad", region: "eu", type: "application/pdf", on: bench)
                try await Self.ask("x", id: "q", index: "No Such Name", on: bench)
                let document = try await bench.peer.wait(KnowledgeV1.DocumentRejected.self)[0]
                let query = try await bench.peer.wait(KnowledgeV1.RetrievalFailed.self)[0]
                #expect(document.rejection?.code == "RX0001" && query.rejection?.code == "RX0002")
                #expect(query.queryID == "q" && query.executionID == "e")
            }
        }
    }

    @Test func whatWasAskedBeforeACrashIsAnsweredAfterIt() async throws {
        try await withIndexer { bench in
            for n in 0..<12 { try await Self.index(Self.water + " \(n)", as: "d\(n)", region: "eu", on: bench) }
            try await bench.running(crash: true) { try await bench.peer.wait(for: 3, KnowledgeV1.DocumentIndexed.self) }
            // Leases of the crashed process would run out by themselves; a test does not wait for that.
            try await bench.pool.execute("UPDATE documents SET not_before = '-infinity' WHERE status = 'pending'")
            try await bench.running {
                try await eventually("every document is indexed") {
                    Set(try bench.peer.all(KnowledgeV1.DocumentIndexed.self).map(\.documentID)).count == 12
                }
            }
        }
    }
}
