import Core

extension Format {
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    static func percentEncoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func percentDecoded(_ text: String) throws(Signal) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "%") else {
                decoded.append(bytes[at])
                at += 1
                continue
            }
            guard at + 2 < bytes.count, let high = nibble(bytes[at + 1]), let low = nibble(bytes[at + 2]) else {
                throw .message("\(Values.described(.string(text))) is not a valid uri encoding")
            }
            decoded.append(high << 4 | low)
            at += 3
        }
        guard let result = String(validating: decoded, as: UTF8.self) else {
            throw .message("\(Values.described(.string(text))) is not a valid uri encoding")
        }
        return result
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let group = bytes[at..<min(at + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                out.append(
                    position <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
            at += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func base64Decoded(_ value: JSON, _ text: String) throws(Signal) -> String {
        var out: [UInt8] = []
        var (bits, count, digits) = (UInt32(0), 0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let digit = alphabet.firstIndex(of: byte) else {
                throw .message("\(Values.described(value)) is not valid base64 data")
            }
            bits = bits << 6 | UInt32(digit)
            count += 6
            digits += 1
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard digits % 4 != 1 else { throw .message("\(Values.described(value)) trailing base64 byte found") }
        return String(decoding: out, as: UTF8.self)
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func base32(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var (bits, count) = (UInt64(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt64(byte)
            count += 8
            while count >= 5 {
                count -= 5
                out.append(letters[Int(bits >> UInt64(count) & 31)])
            }
        }
        if count > 0 { out.append(letters[Int(bits << UInt64(5 - count) & 31)]) }
        while out.count % 8 != 0 { out.append(UInt8(ascii: "=")) }
        return String(decoding: out, as: UTF8.self)
    }

    static func base32Decoded(_ value: JSON, _ text: String) throws(Signal) -> String {
        var out: [UInt8] = []
        var (bits, count) = (UInt64(0), 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let digit = letters.firstIndex(of: byte) else {
                throw .message("\(Values.described(value)) is not valid base32 data")
            }
            bits = bits << 5 | UInt64(digit)
            count += 5
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
