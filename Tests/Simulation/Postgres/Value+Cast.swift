import Core
import Postgres

extension Value {
    /// What an explicit cast makes of it.
    func cast(from: ValueType, to: ValueType) throws -> Value {
        if isNull || from == to { return self }
        switch (self, to) {
        case (.text(let text), _) where to != .text: return try Value(parsing: text, as: to)
        case (.text, .text): return self
        case (.int(let value), .text): return .text(String(value))
        case (.bool(let value), .text): return .text(value ? "true" : "false")
        case (.json(let value), .text): return .text(value)
        case (.int(let value), .int2), (.int(let value), .int4), (.int(let value), .int8):
            return .int(try Self.fitting(value, to))
        case (.int, .xid8) where from == .int8: return self
        case (.int(let value), .float8), (.int(let value), .numeric): return .float(Double(value))
        case (.float, .float8), (.float, .numeric): return self
        case (.float(let value), _) where to.isInteger:
            // Half to even for `double precision`, half away from zero for `numeric`.
            let whole = value.rounded(from == .numeric ? .toNearestOrAwayFromZero : .toNearestOrEven)
            guard let exact = Int64(exactly: whole) else { throw failure("22003", "\(to) out of range") }
            return .int(try Self.fitting(exact, to))
        case (.array(let values), .array(let element)):
            guard case .array(let old) = from else { break }
            return .array(try values.map { try $0.cast(from: old, to: element) })
        default: break
        }
        throw failure("42846", "cannot cast type \(from) to \(to)")
    }

    private static func fitting(_ value: Int64, _ type: ValueType) throws -> Int64 {
        let range: ClosedRange<Int64> =
            switch type {
            case .int2: Int64(Int16.min)...Int64(Int16.max)
            case .int4: Int64(Int32.min)...Int64(Int32.max)
            default: Int64.min...Int64.max
            }
        guard range.contains(value) else { throw failure("22003", "\(type) out of range") }
        return value
    }

    /// What a text means as a value of a type.
    init(parsing text: String, as type: ValueType) throws {
        func malformed() -> PostgresError { failure("22P02", "invalid input syntax for type \(type)") }
        switch type {
        case .text, .unknown: self = .text(text)
        case .int2, .int4, .int8, .xid8:
            guard let value = Int64(text) else { throw malformed() }
            self = .int(try Self.fitting(value, type))
        case .float8, .numeric:
            guard let value = Double(text) else { throw malformed() }
            self = .float(value)
        case .bool:
            guard let value = ["t": true, "true": true, "f": false, "false": false][text] else { throw malformed() }
            self = .bool(value)
        case .bytea: self = .bytes(try Self.bytes(text))
        case .jsonb: self = .json(try canonicalJSON(Array(text.utf8)))
        case .timestamptz where text == "epoch": self = .time(0)
        case .interval: self = .interval(try Self.microseconds(text))
        default: throw unsupported("'\(text)' as \(type)")
        }
    }

    private static func bytes(_ text: String) throws -> [UInt8] {
        guard text.hasPrefix("\\x") else {
            if text.contains("\\") { throw unsupported("an escaped bytea") }
            return Array(text.utf8)
        }
        let digits = Array(text.dropFirst(2).utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count % 2 == 0, !digits.contains(nil) else { throw failure("22P02", "invalid hexadecimal data") }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0]! << 4 | digits[$0 + 1]! }
    }

    /// Of texts such as `1 microsecond` and `3 days`.
    private static func microseconds(_ text: String) throws -> Int64 {
        let words = text.split(separator: " ")
        let units: [String: Int64] = [
            "microsecond": 1, "millisecond": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000,
            "day": 86_400_000_000,
        ]
        guard words.count == 2, let count = Int64(words[0]),
            let unit = units[String(words[1].last == "s" ? words[1].dropLast() : words[1])]
        else { throw unsupported("interval '\(text)'") }
        return count * unit
    }
}

/// `jsonb` keeps the members of an object by length and bytes of their names, each once.
func canonicalJSON(_ bytes: [UInt8]) throws -> String {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw failure("22P02", "invalid input syntax for type json") }
    return try canonical(json).text()
}

private func canonical(_ json: JSON) throws -> JSON {
    func checked(_ text: String) throws -> String {
        if text.utf8.contains(0) { throw failure("22P05", "unsupported Unicode escape sequence") }
        return text
    }
    switch json {
    case .string(let text): return .string(try checked(text))
    case .array(let elements): return .array(try elements.map(canonical))
    case .object(let members):
        let sorted = try members.map { (try checked($0.key), try canonical($0.value)) }.sorted { left, right in
            let (a, b) = (left.0.utf8, right.0.utf8)
            return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
        }
        return .object(JSONObject(sorted))
    default: return json
    }
}
