public import Core
public import ProtoWire

/// Why JSON is no message: where, what stands there, what should. Holds nothing of the content.
public struct MessageJSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place in the JSON.
    public let pointer: JSONPointer
    /// The kind of what stands there.
    public let found: String
    /// What should stand there.
    public let expected: String

    /// `/taskId: found number, expected string`
    public var description: String {
        "\(pointer.tokens.isEmpty ? "the body" : pointer.description): found \(found), expected \(expected)"
    }
}

extension MessageJSON {
    /// The bytes of the message that `json` is. Throws `MessageJSONError` at the first member that `type` does not
    /// have, or that is of another kind.
    public static func bytes(
        of json: JSON, as type: any ProtoMessage.Type
    ) throws(MessageJSONError) -> [UInt8] {
        let bytes = try message(json, type, JSONPointer())
        // Read and written anew, so that equal messages give equal bytes.
        do { return try type.init(protoBytes: bytes).protoBytes() } catch {
            throw MessageJSONError(
                pointer: JSONPointer(), found: error.code.rawValue, expected: "a \(type.protoName)")
        }
    }

    private static func message(
        _ json: JSON, _ type: any ProtoMessage.Type, _ at: JSONPointer
    ) throws(MessageJSONError) -> [UInt8] {
        guard let members = json.object else { throw .init(pointer: at, found: json.kind, expected: "object") }
        let fields = type.protoFields
        var writer = ProtoWriter()
        for (name, value) in members {
            let place = at.appending(name)
            if type == CoreV1.Payload.self, name == unreadableText || name == "json" {
                let text = name == "json" ? value.bytes() : value.string.flatMap { Base64.decoded($0) }
                guard let text else { throw .init(pointer: place, found: value.kind, expected: "base64") }
                writer.tag(1, .delimited)
                writer.data(text)
                continue
            }
            guard let field = fields.first(where: { memberName($0) == name }) else {
                let known = fields.map { memberName($0) }.joined(separator: ", ")
                throw .init(pointer: place, found: "an unknown member", expected: "only \(known)")
            }
            try write(value, field, place, &writer)
        }
        return writer.bytes
    }

    private static func write(
        _ json: JSON, _ field: ProtoField, _ at: JSONPointer, _ writer: inout ProtoWriter
    ) throws(MessageJSONError) {
        if case .map(let key, let value) = field.kind {
            guard let members = json.object else { throw .init(pointer: at, found: json.kind, expected: "object") }
            for (name, member) in members {
                var entry = ProtoWriter()
                try one(.string(name), ProtoField("", 1, key), at.appending(name), &entry)
                try one(member, ProtoField("", 2, value), at.appending(name), &entry)
                writer.tag(field.number, .delimited)
                writer.data(entry.bytes)
            }
        } else if field.isRepeated {
            guard let elements = json.array else { throw .init(pointer: at, found: json.kind, expected: "array") }
            for (position, element) in elements.enumerated() {
                try one(element, field, at.appending(position), &writer)
            }
        } else {
            try one(json, field, at, &writer)
        }
    }

    private static func one(
        _ json: JSON, _ field: ProtoField, _ at: JSONPointer, _ writer: inout ProtoWriter
    ) throws(MessageJSONError) {
        func needed<Value>(_ value: Value?, _ expected: String) throws(MessageJSONError) -> Value {
            guard let value else { throw .init(pointer: at, found: json.kind, expected: expected) }
            return value
        }
        /// A whole number; as text, too, for those beyond what JSON can hold and for keys of maps.
        func whole<Number: FixedWidthInteger & Sendable>(_: Number.Type) throws(MessageJSONError) -> Number {
            let number = json.string.flatMap { Number($0) } ?? json.integer.flatMap { Number(exactly: $0) }
            return try needed(number, "a whole number of \(Number.bitWidth) bits")
        }
        func decimal() throws(MessageJSONError) -> Double {
            try needed(json.double ?? json.string.flatMap { Double($0) }, "number")
        }
        let number = field.number
        switch field.kind {
        case .double: writer.always(ProtoType.Double.self, number, try decimal())
        case .float: writer.always(ProtoType.Float.self, number, Float(try decimal()))
        case .int32: writer.always(ProtoType.Int32.self, number, try whole(Int32.self))
        case .int64: writer.always(ProtoType.Int64.self, number, try whole(Int64.self))
        case .uint32: writer.always(ProtoType.UInt32.self, number, try whole(UInt32.self))
        case .uint64: writer.always(ProtoType.UInt64.self, number, try whole(UInt64.self))
        case .sint32: writer.always(ProtoType.SInt32.self, number, try whole(Int32.self))
        case .sint64: writer.always(ProtoType.SInt64.self, number, try whole(Int64.self))
        case .fixed32: writer.always(ProtoType.Fixed32.self, number, try whole(UInt32.self))
        case .fixed64: writer.always(ProtoType.Fixed64.self, number, try whole(UInt64.self))
        case .sfixed32: writer.always(ProtoType.SFixed32.self, number, try whole(Int32.self))
        case .sfixed64: writer.always(ProtoType.SFixed64.self, number, try whole(Int64.self))
        case .bool:
            let text = json.string.flatMap { Bool($0) }
            writer.always(ProtoType.Bool.self, number, try needed(json.bool ?? text, "true or false"))
        case .string: writer.always(ProtoType.String.self, number, try needed(json.string, "string"))
        case .bytes:
            let bytes = json.string.flatMap { Base64.decoded($0) }
            writer.always(ProtoType.Bytes.self, number, try needed(bytes, "base64"))
        case .enumeration(let values):
            let named = values.first { $0.name == json.string }?.number
            let value = named ?? json.integer.flatMap { Int32(exactly: $0) }
            let names = values.map(\.name).joined(separator: ", ")
            writer.always(ProtoType.Int32.self, number, try needed(value, "one of \(names)"))
        case .message(let type):
            let bytes = try message(json, type, at)
            writer.always(ProtoType.Bytes.self, number, bytes)
        case .map: preconditionFailure("a map in a map")
        }
    }
}

extension JSON {
    fileprivate var integer: Int64? { int.map(Int64.init) }
}
