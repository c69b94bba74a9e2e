public import Core

/// An outside server's answer, as it is journalled.
public struct EffectOutcome: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The header lines that matter.
    public var headers: [Header]
    /// The whole body.
    public var body: [UInt8]

    /// One header line.
    public struct Header: Sendable, Hashable {
        /// In lower case.
        public var name: String
        /// As it came.
        public var value: String

        /// A header line.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// Marks an outcome whose body is a fault.
    private static let problem = Header("content-type", "application/problem+json")

    /// An answer.
    public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// What a function gave.
    public init(output: JSON) { self.init(status: 200, body: output.bytes()) }

    /// The other side's "no".
    public init(fault: Fault) { self.init(status: fault.status, headers: [Self.problem], body: fault.json.bytes()) }

    /// The first header of a name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Whether it is what was asked for.
    public var isSuccess: Bool { (200...299).contains(status) && !headers.contains(Self.problem) }

    /// What a function gave. Throws its fault.
    public func output() throws -> JSON {
        let value = try JSON(parsing: body)
        if headers.contains(Self.problem), let fault = Fault(json: value) { throw fault }
        return value
    }
}
