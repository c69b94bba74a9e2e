import Core

/// A number as it is written: digits and a power of ten. Doubles are taken by their shortest text, so that 0.3 is three
/// tenths.
struct Decimal: Sendable {
    /// Without trailing zeros; zero for zero.
    private var digits: UInt64
    private var exponent: Int

    /// Signs play no role in what is a multiple of what.
    init?(_ value: JSON) {
        switch value {
        case .integer(let number): self.init(number.magnitude, 0)
        case .number(let number):
            guard number.isFinite else { return nil }
            var (digits, exponent, isFraction) = (UInt64(0), 0, false)
            let parts = "\(number.magnitude)".split(separator: "e", maxSplits: 1)
            for byte in parts[0].utf8 {
                if byte == UInt8(ascii: ".") {
                    isFraction = true
                } else {
                    // A double's shortest text has at most 17 digits, but may be padded with zeros.
                    let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
                    guard !overflow else { return nil }
                    digits = product + UInt64(byte - UInt8(ascii: "0"))
                    if isFraction { exponent -= 1 }
                }
            }
            if parts.count == 2 { exponent += Int(parts[1]) ?? 0 }
            self.init(digits, exponent)
        default: return nil
        }
    }

    private init(_ digits: UInt64, _ exponent: Int) {
        (self.digits, self.exponent) = (digits, digits == 0 ? 0 : exponent)
        while self.digits != 0, self.digits % 10 == 0 {
            self.digits /= 10
            self.exponent += 1
        }
    }

    var isZero: Bool { digits == 0 }

    /// Whether it is a whole number of times `unit`, exactly.
    func isMultiple(of unit: Decimal) -> Bool {
        guard !isZero else { return true }
        guard !unit.isZero else { return false }
        let shift = exponent - unit.exponent
        if shift >= 0 { return remainder(tenTo: shift, modulo: unit.digits) == 0 }
        // The unit has the greater power of ten; these digits have no factor ten left, but both primes may divide.
        guard shift >= -19 else { return false }
        var scaled = unit.digits
        for _ in 0..<(-shift) {
            let (product, overflow) = scaled.multipliedReportingOverflow(by: 10)
            guard !overflow else { return false }
            scaled = product
        }
        return digits % scaled == 0
    }

    private func remainder(tenTo power: Int, modulo unit: UInt64) -> UInt64 {
        var rest = digits % unit
        var (base, left) = (10 % unit, power)
        while left > 0 {
            if left & 1 == 1 { rest = Self.product(rest, base, modulo: unit) }
            base = Self.product(base, base, modulo: unit)
            left >>= 1
        }
        return rest
    }

    private static func product(_ left: UInt64, _ right: UInt64, modulo unit: UInt64) -> UInt64 {
        unit.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }
}
