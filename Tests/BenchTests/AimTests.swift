import Core
import Testing

@testable import cadenza_bench

@Suite struct AimTests {
    @Test func `a bound belongs to what meets it`() {
        #expect(Aim.atLeast(960).isMet(by: 960))
        #expect(!Aim.atLeast(960).isMet(by: 959.9))
        #expect(Aim.atMost(2).isMet(by: 2))
        #expect(!Aim.atMost(2).isMet(by: 2.01))
        #expect(!Aim.atMost(3).isMet(by: .infinity))
    }

    @Test(arguments: [
        (Aim.atLeast(3000), "≥ 3,000"), (.atMost(2), "≤ 2"), (.atLeast(0.95), "≥ 0.95"), (.atMost(0), "≤ 0"),
    ])
    func `bounds are written without needless zeros`(aim: Aim, text: String) {
        #expect(aim.text == text)
    }

    @Test func `the table has each aim and whether it is met, and the exit code depends on faults alone`() {
        var report = Report(
            machine: MachineFacts(
                processor: "p", cores: 2, memoryBytes: 1, kernel: "k", load: 0, time: Instant(microseconds: 0)),
            postgres: "", stackBuild: "release", benchBuild: "release",
            sections: [
                Report.Section(
                    key: "W9", title: "W9 work",
                    figures: [
                        Figure("rate", "Rate", 5, "/s", limit: 10, "a limit", aim: .atLeast(6)),
                        Figure("time", "Time", 5, "ms", aim: .atMost(6)),
                    ])
            ])
        #expect(report.table.contains("Rate  5.00 /s  ≥ 6 ✗  = 0.500 × a limit (10.0/s)\n"))
        #expect(report.table.contains("Time  5.00 ms  ≤ 6 ✓\n"))
        #expect(report.faults.isEmpty)
        #expect(report.json["W9"]?["rate"]?["isMet"]?.bool == false)
        report.sections[0].faults = ["one was lost"]
        #expect(report.faults == ["W9: one was lost"])
        #expect(report.table.contains("NOT TO BE TRUSTED:\n  W9: one was lost"))
    }
}
