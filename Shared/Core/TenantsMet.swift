/// Which tenants asked for something of late. Pure.
public struct TenantsMet: Sendable {
    /// How long a tenant is remembered after that.
    public static let memory: Duration = .seconds(30)

    private var last: [String: Instant] = [:]

    /// Nobody was met.
    public init() {}

    /// Notes that these ask for something; whether there were several of late.
    public mutating func meet(_ tenants: some Sequence<String>, at now: Instant) -> Bool {
        for tenant in tenants { last[tenant] = now }
        last = last.filter { now - Self.memory < $0.value }
        return last.count > 1
    }
}
