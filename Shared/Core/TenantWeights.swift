/// How many turns tenants have beside each other: 1, unless a tenant is named.
public struct TenantWeights: Sendable, Hashable {
    /// The largest weight.
    public static let largest = 1000

    private let named: [String: Int]

    /// These weights, each of 1 to `largest`.
    public init(_ named: [String: Int] = [:]) {
        precondition(named.values.allSatisfy { 1...Self.largest ~= $0 }, "a weight is 1 to \(Self.largest)")
        self.named = named
    }

    /// Reads `acme=4,beta=2`; nil when that is malformed, names a tenant twice, or a weight is no number from 1 to
    /// `largest`.
    public init?(parsing text: String) {
        var named: [String: Int] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false).map { part in
                part.filter { $0 != " " }
            }
            guard parts.count == 2, !parts[0].isEmpty, let weight = Int(parts[1]), 1...Self.largest ~= weight,
                named.updateValue(weight, forKey: parts[0]) == nil
            else { return nil }
        }
        self.named = named
    }

    /// The weight of a tenant.
    public subscript(tenant: String) -> Int { named[tenant] ?? 1 }
}
