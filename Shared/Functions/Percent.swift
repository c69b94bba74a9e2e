import Core

/// RFC 3986: everything but the unreserved characters.
enum Percent {
    static func encoded(_ text: String, except: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.append(byte)
            case _ where except.utf8.contains(byte): out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `a=1&b=2`; an array repeats its name, null is left out.
    static func form(_ object: JSONObject) -> String {
        var pairs: [String] = []
        for (name, value) in object where !value.isNull {
            for element in value.array ?? [value] { pairs.append("\(encoded(name))=\(encoded(plain(element)))") }
        }
        return pairs.joined(separator: "&")
    }

    /// A text as it is, all else as JSON.
    static func plain(_ value: JSON) -> String { value.string ?? value.text() }
}
