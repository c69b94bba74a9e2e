public import Core

/// A large output as it lies in the object store: with its owner, so that the gateway gives it to nobody else.
public struct ServedOutput: Sendable, Hashable {
    /// Whose it is.
    public var tenant: String
    /// The output itself.
    public var value: JSON

    /// An output of a tenant.
    public init(tenant: String, value: JSON) { (self.tenant, self.value) = (tenant, value) }

    /// The object's content.
    public var bytes: [UInt8] { (["tenant": .string(tenant), "output": value] as JSON).bytes() }

    /// Reads what `bytes` wrote; nil when it is something else.
    public init?(bytes: [UInt8]) {
        guard let object = try? JSON(parsing: bytes), let tenant = object["tenant"]?.string,
            let value = object["output"]
        else { return nil }
        self.init(tenant: tenant, value: value)
    }

    /// Where the gateway serves the object of this digest.
    public static func address(of digest: String) -> String { "/v1/outputs/\(digest)" }
}
