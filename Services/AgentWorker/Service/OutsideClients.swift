import Core
import HTTP

/// The clients for outside servers, behind the one egress list.
struct OutsideClients: Sendable {
    /// For calls of definitions: no retries, as these are the definition's to decide.
    let calls: ResilientClient
    /// For the model: retried, since its calls are idempotent and its servers busy.
    let model: ResilientClient

    init(_ client: HTTPClient, _ configuration: AgentWorkerConfiguration, clock: any WallClock) throws {
        var policy = ResilientClient.Policy()
        // The bound on tasks is the one that queues; this one refuses.
        policy.callsPerHost = max(policy.callsPerHost, 2 * configuration.concurrency)
        policy.retry = RetryPolicy(base: .milliseconds(250), cap: .seconds(8), limit: 4)
        model = ResilientClient(client, policy: policy, clock: clock)
        policy.retry = RetryPolicy(limit: 0)
        if let hosts = configuration.egress {
            guard let rules = EgressRules(allowing: hosts) else {
                throw HTTPClientError(.invalidURL, detail: "CADENZA_EGRESS_ALLOW has a malformed host")
            }
            policy.egress = rules
        }
        calls = ResilientClient(client, policy: policy, clock: clock)
    }
}
