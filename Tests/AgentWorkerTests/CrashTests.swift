import Core
import Glibc
import TestKit
import Testing

@testable import AgentWorker

/// `CADENZA_CRASH_SEEDS` seeds at each boundary (15), from `CADENZA_SEED` (1) on.
@Suite("Workers that die", .timeLimit(.minutes(60)))
struct CrashTests {
    private static let settings = [
        // Nobody finds its lease lost before it comes to write.
        "CADENZA_WORKER_ANNOUNCEMENT": "1h",
        "CADENZA_EFFECT_RULES": """
        [{"path": "/mail", "class": "irreversible"},
         {"path": "/order", "class": "irreversible", "reference": "X-Reference", "settle": "PT0S",
          "lookup": "URL/order/{key}"},
         {"path": "/booking", "class": "compensable", "reference": "X-Reference", "settle": "PT0S",
          "undo": "URL/booking/{key}"}]
        """,
    ]

    private static func number(_ name: String, _ standard: Int) -> Int {
        getenv(name).flatMap { Int(String(cString: $0)) } ?? standard
    }

    private func play(_ boundary: Boundary, isStall: Bool) async throws {
        let counterparts = Counterparts()
        let (first, count) = (Self.number("CADENZA_SEED", 1), Self.number("CADENZA_CRASH_SEEDS", 15))
        try await withOutside({ request, _ in await counterparts.answer(request) }) { (url, _) async throws in
            var settings = Self.settings.mapValues {
                $0.split(separator: "URL", omittingEmptySubsequences: false).joined(separator: url)
            }
            settings["CADENZA_LLM_BASE_URL"] = url + "/v1"
            try await withBench(settings) { (bench) async throws in
                try await JournalLog.start(on: bench.pool)
                var met = 0
                for seed in first..<(first + count) {
                    var one = CrashCase(
                        bench, counterparts, url, boundary, isStall: isStall, seed: UInt64(seed))
                    if try await one.play() { met += 1 }
                }
                #expect(met * 2 >= count, "\(boundary) was met in \(met) of \(count) seeds")
            }
        }
    }

    @Test(
        "A worker dies at a boundary: payments once, e-mails at most once, all in question is an incident",
        arguments: Boundary.all)
    func dies(_ boundary: Boundary) async throws { try await play(boundary, isStall: false) }

    @Test("A worker stalls, loses its leases, and goes on as a zombie: the same holds", arguments: Boundary.stalls)
    func stalls(_ boundary: Boundary) async throws { try await play(boundary, isStall: true) }
}
