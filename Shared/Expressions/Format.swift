import Core

/// Ways to write a value as text: `@json`, `@csv` and so on.
enum Format: String, Sendable {
    case text, json, csv, tsv, html, uri, urid, sh, base64, base64d, base32, base32d

    func apply(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        let result = try written(value, evaluator)
        try evaluator.admit(bytes: result.utf8.count)
        return result
    }

    private func written(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        switch self {
        case .text: return try Self.plain(value, evaluator)
        case .json: return try Self.json(value, evaluator)
        case .csv, .tsv: return try row(value, evaluator)
        case .html: return Self.html(try Self.plain(value, evaluator))
        case .uri: return Self.percentEncoded(try Self.plain(value, evaluator))
        case .urid: return try Self.percentDecoded(try Self.plain(value, evaluator))
        case .sh: return try Self.shell(value, evaluator)
        case .base64: return Self.base64(Array(try Self.plain(value, evaluator).utf8))
        case .base64d: return try Self.base64Decoded(value, try Self.plain(value, evaluator))
        case .base32: return Self.base32(Array(try Self.plain(value, evaluator).utf8))
        case .base32d: return try Self.base32Decoded(value, try Self.plain(value, evaluator))
        }
    }

    private static func plain(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        if let text = value.string { return text }
        return try json(value, evaluator)
    }

    private static func json(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        try evaluator.step(try evaluator.weigh(value).weight)
        return json(value)
    }

    /// JSON text as jq writes it: not-a-number is null, the infinities are the largest numbers.
    static func json(_ value: JSON) -> String { finite(value).text() }

    /// The value without numbers that JSON lacks.
    static func finite(_ value: JSON) -> JSON {
        switch value {
        case .number(let number) where !number.isFinite:
            return number.isNaN
                ? .null : .number(number < 0 ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude)
        case .array(let elements) where elements.contains(where: isSpecial): return .array(elements.map(finite))
        case .object(let object) where object.values.contains(where: isSpecial):
            return .object(JSONObject(object.map { ($0.key, finite($0.value)) }))
        default: return value
        }
    }

    private static func isSpecial(_ value: JSON) -> Bool {
        switch value {
        case .number(let number): !number.isFinite
        case .array(let elements): elements.contains(where: isSpecial)
        case .object(let object): object.values.contains(where: isSpecial)
        default: false
        }
    }

    private func row(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        guard let cells = value.array else {
            throw .message("\(Values.described(value)) cannot be \(rawValue)-formatted, only an array can be")
        }
        var texts: [String] = []
        for cell in cells {
            switch cell {
            case .null: texts.append("")
            case .bool, .integer, .number: texts.append(Self.json(cell))
            case .string(let text):
                texts.append(
                    self == .csv
                        ? "\"" + Self.replaced(text, [UInt8(ascii: "\""): "\"\""]) + "\""
                        : Self.replaced(
                            text,
                            [
                                UInt8(ascii: "\\"): "\\\\", 0x09: "\\t", 0x0a: "\\n", 0x0d: "\\r",
                            ]))
            default: throw .message("\(Values.described(cell)) is not valid in a csv row")
            }
        }
        try evaluator.step(cells.count)
        return texts.joined(separator: self == .csv ? "," : "\t")
    }

    private static func replaced(_ text: String, _ replacements: [UInt8: String]) -> String {
        guard text.utf8.contains(where: { replacements[$0] != nil }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if let replacement = replacements[byte] { bytes += replacement.utf8 } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func html(_ text: String) -> String {
        replaced(
            text,
            [
                UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;", UInt8(ascii: "&"): "&amp;",
                UInt8(ascii: "'"): "&apos;", UInt8(ascii: "\""): "&quot;",
            ])
    }

    private static func shell(_ value: JSON, _ evaluator: Evaluator) throws(Signal) -> String {
        var texts: [String] = []
        for cell in value.array ?? [value] {
            switch cell {
            case .array, .object: throw .message("\(Values.described(cell)) can not be escaped for shell")
            case .string(let text): texts.append("'" + replaced(text, [UInt8(ascii: "'"): "'\\''"]) + "'")
            default: texts.append(json(cell))
            }
        }
        return texts.joined(separator: " ")
    }
}
