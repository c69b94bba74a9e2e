import Core
import Lifecycle

/// The phases of that.
struct FairnessRun: Sendable {
    let stage: Stage
    let flooding: Tenant
    let others: [Tenant]
    let watch: BeginWatch

    /// A task that was sent.
    private struct Sent: Sendable {
        var path: String
        var began: ContinuousClock.Instant
        var answered: ContinuousClock.Instant
    }

    func measure() async throws -> Fairness.Outcome {
        var outcome = Fairness.Outcome()
        // The first few find everything cold and are not counted.
        _ = try await delays(from: 0, atMost: .seconds(3), unless: Shutdown())
        stage.tell("Fair: \(others.count) tenants alone, one task a second each")
        outcome.alone = try await delays(from: 100, atMost: .seconds(stage.sizes.quiet), unless: Shutdown())
        let size = stage.sizes.flood
        stage.tell("Fair: \(size) tasks of one tenant alone")
        outcome.floodAlone = try await flood(0..<size)
        await stage.rest()
        stage.tell("Fair: \(size) tasks of one tenant, beside the others")
        let end = Shutdown()
        async let beside = delays(from: 10_000, atMost: .seconds(3600), unless: end)
        do {
            outcome.flood = try await flood(size..<2 * size)
            end.request()
        } catch {
            end.request()
            throw error
        }
        outcome.beside = try await beside
        await stage.rest()
        stage.tell("Fair: \(size) tasks of one tenant alone once more")
        outcome.floodAlone.add(try await flood(2 * size..<3 * size))
        return outcome
    }

    /// Sends them all, as fast as they are taken, and waits until they have begun or nothing more does.
    private func flood(_ numbers: Range<Int>) async throws -> Fairness.Flood {
        let (began, before) = (ContinuousClock.now, watch.progress(flooding.workflow.name).count)
        var flood = Fairness.Flood(count: numbers.count)
        let clients = stage.options.clients
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    for number in stride(from: numbers.lowerBound + client, to: numbers.upperBound, by: clients) {
                        _ = try await flooding.api.execute(flooding.workflow, number: number)
                    }
                }
            }
            try await group.waitForAll()
        }
        flood.submitting = ContinuousClock.now - began
        var quiet = 0
        while flood.begun < flood.count, quiet < 60 {
            try await pause(.milliseconds(500))
            let (count, last) = watch.progress(flooding.workflow.name)
            quiet = count - before == flood.begun ? quiet + 1 : 0
            flood.begun = count - before
            flood.whole = (last ?? began) - began
        }
        return flood
    }

    /// Each of the tenants sends one task a second, all evenly between each other, for that long; waits for the tasks'
    /// beginnings.
    private func delays(
        from first: Int, atMost time: Duration, unless shutdown: Shutdown
    ) async throws -> Fairness.Delays {
        let start = ContinuousClock.now
        let sent = try await withThrowingTaskGroup(of: [Sent].self) { group in
            for (place, tenant) in others.enumerated() {
                let offset = Duration.seconds(1) * place / others.count
                group.addTask { try await send(tenant, from: first, start + offset, start + time, shutdown) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        var delays = Fairness.Delays(rate: Double(sent.count) / (ContinuousClock.now - start).asSeconds)
        let limit = ContinuousClock.now + .seconds(60)
        while sent.contains(where: { watch.begin($0.path) == nil }), ContinuousClock.now < limit {
            try await pause(.milliseconds(100))
        }
        for one in sent {
            guard let begin = watch.begin(one.path) else {
                delays.missing += 1
                continue
            }
            delays.submitted.add(begin - one.began)
            // The task may begin before its request is answered.
            delays.accepted.add(max(begin - one.answered, .zero))
            delays.passed.append(watch.count(flooding.workflow.name, from: one.began, to: begin))
        }
        return delays
    }

    /// One task a second, whether those before were answered or not.
    private func send(
        _ tenant: Tenant, from first: Int, _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant,
        _ shutdown: Shutdown
    ) async throws -> [Sent] {
        try await withThrowingTaskGroup(of: Sent.self) { group in
            var (next, number) = (start, first)
            while next < end {
                if await shutdown.wait(atMost: max(next - ContinuousClock.now, .zero)) { break }
                group.addTask { [number] in
                    let began = ContinuousClock.now
                    _ = try await tenant.api.execute(tenant.workflow, number: number)
                    let path = "/\(tenant.workflow.name)/\(number)"
                    return Sent(path: path, began: began, answered: .now)
                }
                (next, number) = (next + .seconds(1), number + 1)
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func pause(_ time: Duration) async throws {
        let clock = SystemClock()
        try await clock.sleep(until: clock.now() + time)
    }
}
