public import Core

extension ConfigurationReader {
    /// How many turns tenants have beside each other, `CADENZA_TENANT_WEIGHTS`; each one, unless that names them.
    public mutating func tenantWeights() -> TenantWeights {
        let name = "CADENZA_TENANT_WEIGHTS"
        let text = optionalString(
            name, help: "Turns of tenants beside each other, such as acme=4,beta=2; 1 for those that are not named.")
        guard let text else { return TenantWeights() }
        if let weights = TenantWeights(parsing: text) { return weights }
        fault(name, "is not tenant=weight,…, each tenant once, weights from 1 to \(TenantWeights.largest)")
        return TenantWeights()
    }
}
