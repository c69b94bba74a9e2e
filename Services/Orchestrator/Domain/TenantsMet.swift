public import Core

/// Which tenants started something of late. Pure.
public struct TenantsMet: Sendable {
    /// How long a tenant is remembered after its last start.
    public static let memory: Duration = .seconds(30)

    private var last: [String: Instant] = [:]

    /// Nobody was met.
    public init() {}

    /// Notes that these start something; whether there were several of late.
    public mutating func meet(_ tenants: some Sequence<String>, at now: Instant) -> Bool {
        for tenant in tenants { last[tenant] = now }
        last = last.filter { now - Self.memory < $0.value }
        return last.count > 1
    }
}
