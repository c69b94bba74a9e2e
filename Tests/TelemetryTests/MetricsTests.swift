import Testing

@testable import Telemetry

@Suite("Metrics")
struct MetricsTests {
    @Test("The text has help, type, sorted families and labels, and cumulative buckets")
    func text() {
        let metrics = Metrics()
        metrics.counter(.tasksFinished, "Tasks that ended", labels: ["outcome": "completed"]).increment(by: 2)
        metrics.counter(.tasksFinished, "Tasks that ended", labels: ["outcome": "a\"b\\\n"]).increment()
        metrics.gauge(.ready, "Whether it is ready").set(0.5)
        let histogram = metrics.histogram(.taskDuration, "How long", labels: ["lane": "call"], buckets: [0.1, 1])
        for value in [0.05, 0.1, 0.7, 3] { histogram.observe(value) }
        #expect(
            metrics.prometheusText() == #"""
                # HELP cadenza_ready Whether it is ready
                # TYPE cadenza_ready gauge
                cadenza_ready 0.5
                # HELP cadenza_task_duration_seconds How long
                # TYPE cadenza_task_duration_seconds histogram
                cadenza_task_duration_seconds_bucket{lane="call",le="0.1"} 2
                cadenza_task_duration_seconds_bucket{lane="call",le="1"} 3
                cadenza_task_duration_seconds_bucket{lane="call",le="+Inf"} 4
                cadenza_task_duration_seconds_sum{lane="call"} 3.85
                cadenza_task_duration_seconds_count{lane="call"} 4
                # HELP cadenza_tasks_finished_total Tasks that ended
                # TYPE cadenza_tasks_finished_total counter
                cadenza_tasks_finished_total{outcome="a\"b\\\n"} 1
                cadenza_tasks_finished_total{outcome="completed"} 2

                """#)
    }

    @Test("The same name and labels, in whatever order, give the same counter, also under contention")
    func identity() async {
        let metrics = Metrics()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let labels: KeyValuePairs = number.isMultiple(of: 2) ? ["a": "1", "b": "2"] : ["b": "2", "a": "1"]
                    metrics.counter(.deadLetters, "h", labels: labels).increment()
                }
            }
        }
        #expect(metrics.counter(.deadLetters, "h", labels: ["a": "1", "b": "2"]).value == 200)
    }

    @Test("Names follow Prometheus' rules")
    func names() {
        for name in MetricName.allCases {
            #expect(name.rawValue.allSatisfy { $0.isLowercase || $0 == "_" }, "\(name.rawValue)")
        }
    }

    @Test func `of tenants those with the most are told by name, the rest together, and who has none not at all`() {
        let metrics = Metrics()
        let gauge = TenantGauge(metrics, .tenantTasksWaiting, "x")
        func told() -> [Substring] {
            metrics.prometheusText().split(separator: "\n").filter { !$0.hasPrefix("#") }
        }
        gauge.set(Dictionary(uniqueKeysWithValues: (1...12).map { ("t\($0)", $0) }))
        #expect(told().count == TenantGauge.named + 1)
        #expect(told().contains("cadenza_tenant_tasks_waiting{tenant=\"other\"} 3"))
        gauge.set(["t1": 5])
        #expect(
            told() == [
                "cadenza_tenant_tasks_waiting{tenant=\"other\"} 0", "cadenza_tenant_tasks_waiting{tenant=\"t1\"} 5",
            ])
    }
}
