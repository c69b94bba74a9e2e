/// Where new ids come from. Shells are given one; domains are given ids.
public protocol IdentifierSource: Sendable {
    /// A new id, unique for ever.
    func next() -> String
}

/// UUID version 7 (RFC 9562): sorts by the time of making.
public struct UUIDv7Source: IdentifierSource {
    private let clock: any WallClock

    /// Ids stamped by `clock`.
    public init(clock: any WallClock = SystemClock()) { self.clock = clock }

    /// A new id in the usual text form, 36 characters.
    public func next() -> String {
        var random = SystemRandomNumberGenerator()
        return Self.text(milliseconds: clock.now().milliseconds, random: (random.next(), random.next()))
    }

    static func text(milliseconds: Int64, random: (UInt64, UInt64)) -> String {
        let high = UInt64(bitPattern: milliseconds) << 16 | 0x7000 | random.0 & 0x0fff
        let low = 0x8000_0000_0000_0000 | random.1 & 0x3fff_ffff_ffff_ffff
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = index < 16 ? high : low
                buffer[at] = digits[Int(word >> UInt64(60 - 4 * (index % 16)) & 15)]
                at += 1
            }
            return 36
        }
    }
}
