extension Fairness.Delays {
    /// How many of the flood's began before one of these, on the average.
    var meanPassed: Double { Double(passed.reduce(0, +)) / Double(max(passed.count, 1)) }
}

extension Fairness.Outcome {
    /// What the others' p99 may be beside the flood, in milliseconds.
    static func bound(alone: Double) -> Double { 2 * alone + 50 }

    /// Of what the others leave of the flood's rate alone, what it had beside them.
    var share: Double { flood.rate / max(floodAlone.rate - beside.rate, 1e-9) }

    var section: Report.Section {
        Report.Section(
            key: Fairness.name,
            title: "Fair One tenant's \(flood.count) tasks beside \(Fairness.others) others with one a second each",
            figures: delays + rates, faults: faults)
    }

    private var delays: [Figure] {
        func figure(_ key: String, _ title: String, _ samples: Samples, _ part: Double) -> Figure {
            Figure(key, title, samples.milliseconds(part), "ms")
        }
        let bound = Self.bound(alone: alone.submitted.milliseconds(0.99))
        let late = beside.submitted.milliseconds(0.99)
        return [
            figure("aloneP50", "Others' tasks, submitted to begun, alone, p50", alone.submitted, 0.5),
            figure("aloneP99", "  alone, p99", alone.submitted, 0.99),
            figure("besideP50", "  beside the flood, p50", beside.submitted, 0.5),
            Figure(
                "besideP99", "  beside the flood, p99", late, "ms", limit: bound, "2 × alone + 50 ms",
                aim: .atMost(bound)),
            figure("besideMost", "  beside the flood, most", beside.submitted, 1),
            Figure("passed", "  of the flood's begun meanwhile, mean", beside.meanPassed, ""),
            Figure("passedMost", "  of the flood's begun meanwhile, most", Double(beside.passed.max() ?? 0), ""),
            figure("acceptedAloneP99", "  accepted to begun, alone, p99", alone.accepted, 0.99),
            figure("acceptedBesideP99", "  accepted to begun, beside the flood, p99", beside.accepted, 0.99),
        ]
    }

    private var rates: [Figure] {
        [
            Figure("floodAlone", "Flood, begun, \(floodAlone.count) alone, before and after", floodAlone.rate, "/s"),
            Figure("flood", "  beside the others", flood.rate, "/s"),
            Figure("share", "  of what the others leave", share, "", aim: .atLeast(0.9)),
            Figure("submitting", "  submitting it", flood.submitting.asSeconds, "s"),
            Figure("whole", "  until its last task began", flood.whole.asSeconds, "s"),
        ]
    }

    private var faults: [String] {
        let lost = [floodAlone, flood].reduce(0) { $0 + $1.count - $1.begun } + alone.missing + beside.missing
        return lost == 0 ? [] : ["\(lost) tasks did not begin"]
    }
}
