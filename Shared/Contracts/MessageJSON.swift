public import Core
public import ProtoWire

/// Messages of any type as JSON and back, for people. Members are the schema's names in camel case; bytes are base64,
/// enumerations their names, and what is at its default is left out. The JSON inside of a `Payload` stands there as it
/// is; where it cannot be parsed its bytes are `jsonBytes`.
public enum MessageJSON {
    /// The message that `bytes` are. Throws `ProtoError` when they are none of `type`; fields that the type does not
    /// know are left out.
    public static func json(of bytes: [UInt8], as type: any ProtoMessage.Type) throws(ProtoError) -> JSON {
        // Written anew, so that each field comes once and is laid out as its type says.
        try object(try type.init(protoBytes: bytes).protoBytes(), type)
    }

    static func memberName(_ field: ProtoField) -> String {
        let words = field.name.split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// The one field that holds JSON text.
    static func isText(_ field: ProtoField, _ type: any ProtoMessage.Type) -> Bool {
        type == CoreV1.Payload.self && field.name == "json"
    }

    /// The member that holds what should be JSON text and is not.
    public static let unreadableText = "jsonBytes"

    private static func object(_ bytes: [UInt8], _ type: any ProtoMessage.Type) throws(ProtoError) -> JSON {
        let fields = type.protoFields
        var found: [Int: [JSON]] = [:]
        var reader = try ProtoReader(bytes)
        while let tag = try reader.next() {
            guard let field = fields.first(where: { $0.number == tag.number }) else {
                try reader.skip(tag)
                continue
            }
            if isText(field, type) {
                let text = try reader.data()
                let value = try? JSON(parsing: text)
                found[field.number] = [[value == nil ? unreadableText : "json": value ?? .string(Base64.text(text))]]
            } else if tag.wire == .delimited, let wire = field.kind.wire, wire != .delimited {
                var packed = try ProtoReader(try reader.data())
                while !packed.isAtEnd { found[field.number, default: []].append(try value(field.kind, &packed)) }
            } else {
                found[field.number, default: []].append(try value(field.kind, &reader))
            }
        }
        var object = JSONObject()
        for field in fields {
            guard let values = found[field.number], let last = values.last else { continue }
            if isText(field, type) {
                for (name, text) in last.object ?? [:] { object[name] = text }
            } else if case .map = field.kind {
                let pairs = values.map { ($0[0]?.string ?? $0[0]?.text() ?? "", $0[1] ?? .null) }
                object[memberName(field)] = .object(JSONObject(pairs))
            } else {
                object[memberName(field)] = field.isRepeated ? .array(values) : last
            }
        }
        return .object(object)
    }

    private static func value(_ kind: ProtoField.Kind, _ reader: inout ProtoReader) throws(ProtoError) -> JSON {
        switch kind {
        case .double: return number(try ProtoType.Double.read(from: &reader))
        case .float: return number(Double(try ProtoType.Float.read(from: &reader)))
        case .int32: return .integer(Int64(try ProtoType.Int32.read(from: &reader)))
        case .int64: return .integer(try ProtoType.Int64.read(from: &reader))
        case .uint32: return .integer(Int64(try ProtoType.UInt32.read(from: &reader)))
        case .uint64: return whole(try ProtoType.UInt64.read(from: &reader))
        case .sint32: return .integer(Int64(try ProtoType.SInt32.read(from: &reader)))
        case .sint64: return .integer(try ProtoType.SInt64.read(from: &reader))
        case .fixed32: return .integer(Int64(try ProtoType.Fixed32.read(from: &reader)))
        case .fixed64: return whole(try ProtoType.Fixed64.read(from: &reader))
        case .sfixed32: return .integer(Int64(try ProtoType.SFixed32.read(from: &reader)))
        case .sfixed64: return .integer(try ProtoType.SFixed64.read(from: &reader))
        case .bool: return .bool(try ProtoType.Bool.read(from: &reader))
        case .string: return .string(try reader.text())
        case .bytes: return .string(Base64.text(try reader.data()))
        case .enumeration(let values):
            let number = try ProtoType.Int32.read(from: &reader)
            return values.first { $0.number == number }.map { .string($0.name) } ?? .integer(Int64(number))
        case .message(let type): return try object(try reader.data(), type)
        case .map(let key, let value): return try entry(key, value, try reader.data())
        }
    }

    /// Key and value of a map's entry, as an array.
    private static func entry(
        _ key: ProtoField.Kind, _ value: ProtoField.Kind, _ bytes: [UInt8]
    ) throws(ProtoError) -> JSON {
        var pair: [JSON] = ["", .null]
        var reader = try ProtoReader(bytes)
        while let tag = try reader.next() {
            if tag.number == 1 {
                pair[0] = try self.value(key, &reader)
            } else {
                pair[1] = try self.value(value, &reader)
            }
        }
        return .array(pair)
    }

    /// JSON has no numbers beyond 64 signed bits, nor any that are not finite: those are texts.
    private static func whole(_ value: UInt64) -> JSON {
        Int64(exactly: value).map(JSON.integer) ?? .string(String(value))
    }

    private static func number(_ value: Double) -> JSON { value.isFinite ? .number(value) : .string("\(value)") }
}

extension ProtoField.Kind {
    /// How one value is laid out; nil for a map.
    var wire: ProtoTag.Wire? {
        switch self {
        case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: .varint
        case .fixed32, .sfixed32, .float: .fixed32
        case .fixed64, .sfixed64, .double: .fixed64
        case .string, .bytes, .message: .delimited
        case .map: nil
        }
    }
}
