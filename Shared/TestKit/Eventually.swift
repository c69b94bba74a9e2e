/// Returns as soon as `condition` holds; throws `TestFailure` when it does not within `limit`. Looks every few
/// milliseconds, for what has no signal to wait on.
public func eventually(
    within limit: Duration = .seconds(90), _ what: String = "the condition", _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < deadline else { throw TestFailure("\(what) did not hold within \(limit)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
