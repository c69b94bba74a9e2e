/// What repeating a piece of outside work does.
public enum EffectClass: String, Sendable, Hashable, CaseIterable {
    /// Nothing: it only reads.
    case pure
    /// Nothing more than doing it once.
    case idempotent
    /// It happens twice, and can be undone.
    case compensable
    /// It happens twice, and cannot be undone.
    case irreversible

    /// Whether it may be repeated when nobody knows whether it was done.
    public var isRepeatable: Bool { self == .pure || self == .idempotent }
}
