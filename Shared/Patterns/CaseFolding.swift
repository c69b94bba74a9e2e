/// Simple case folding: one scalar for one.
enum CaseFolding {
    static func lower(_ value: UInt32) -> UInt32 {
        if value < 128 { return (65...90).contains(value) ? value + 32 : value }
        return single(value) { $0.lowercaseMapping }
    }

    static func upper(_ value: UInt32) -> UInt32 {
        if value < 128 { return (97...122).contains(value) ? value - 32 : value }
        return single(value) { $0.uppercaseMapping }
    }

    /// What all scalars that differ in case only have in common.
    static func folded(_ value: UInt32) -> UInt32 {
        value < 128 ? lower(value) : lower(upper(value))
    }

    private static func single(_ value: UInt32, _ mapping: (Unicode.Scalar.Properties) -> String) -> UInt32 {
        guard let scalar = Unicode.Scalar(value) else { return value }
        let mapped = mapping(scalar.properties).unicodeScalars
        return mapped.count == 1 ? mapped.first?.value ?? value : value
    }
}
