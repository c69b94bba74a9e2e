/// Secrets in environment variables: `my-secret` is `CADENZA_SECRET_MY_SECRET`.
public struct EnvironmentSecrets: SecretSource {
    /// What the variables' names begin with.
    public static let prefix = "CADENZA_SECRET_"

    private let environment: [String: String]

    /// Over these variables.
    public init(_ environment: [String: String]) { self.environment = environment }

    /// The variable's value.
    public func secret(_ name: String) async throws -> String? {
        let letters = name.unicodeScalars.map { scalar in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain ? String(scalar).uppercased() : "_"
        }
        return environment[Self.prefix + letters.joined()]
    }
}
