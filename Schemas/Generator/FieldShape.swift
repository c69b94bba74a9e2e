/// How a field appears in Swift.
struct FieldShape {
    enum Kind: Equatable {
        case single, optional, message
        case list(packed: Bool)
        case map(key: String, value: String)
        case oneof(Int)
    }

    let field: FieldDescriptor
    let kind: Kind
    /// The property, or the case of a oneof.
    let name: String
    /// The codec's Swift expression, of one value.
    let codec: String
    /// The property's type.
    let type: String
    let initial: String

    init(_ field: FieldDescriptor, _ names: SwiftNames) {
        self.field = field
        name = SwiftNames.member(field.name)
        let (codec, one) = Self.codec(field, names)
        self.codec = codec
        if let entry = names.mapEntries[field.typeName] {
            let (key, keyType) = Self.codec(entry.fields[0], names)
            let (value, valueType) = Self.codec(entry.fields[1], names)
            kind = .map(key: key, value: value)
            (type, initial) = ("[\(keyType): \(valueType)]", "[:]")
        } else if field.isRepeated {
            let packable = !field.isMessage && field.type != 9 && field.type != 12
            kind = .list(packed: packable && field.options?.packed != false)
            (type, initial) = ("[\(one)]", "[]")
        } else if let oneof = field.oneof, !field.isOptional {
            kind = .oneof(Int(oneof))
            (type, initial) = (one, "nil")
        } else if field.isMessage || field.isOptional {
            kind = field.isMessage ? .message : .optional
            (type, initial) = ("\(one)?", "nil")
        } else {
            kind = .single
            (type, initial) = (one, field.isEnum ? "\(one)(protoValue: 0)" : Self.scalars[field.type]?.zero ?? "")
        }
    }

    private static func codec(_ field: FieldDescriptor, _ names: SwiftNames) -> (codec: String, type: String) {
        if field.isMessage || field.isEnum {
            let type = names.types[field.typeName] ?? field.typeName
            return ("ProtoType.\(field.isEnum ? "Enum" : "Message")<\(type)>", type)
        }
        guard let scalar = scalars[field.type] else { preconditionFailure("proto3 has no field type \(field.type)") }
        return ("ProtoType.\(scalar.codec)", scalar.swift)
    }

    private static let scalars: [Int32: (codec: String, swift: String, zero: String)] = [
        1: ("Double", "Double", "0"), 2: ("Float", "Float", "0"), 3: ("Int64", "Int64", "0"),
        4: ("UInt64", "UInt64", "0"), 5: ("Int32", "Int32", "0"), 6: ("Fixed64", "UInt64", "0"),
        7: ("Fixed32", "UInt32", "0"), 8: ("Bool", "Bool", "false"), 9: ("String", "String", "\"\""),
        12: ("Bytes", "[UInt8]", "[]"), 13: ("UInt32", "UInt32", "0"), 15: ("SFixed32", "Int32", "0"),
        16: ("SFixed64", "Int64", "0"), 17: ("SInt32", "Int32", "0"), 18: ("SInt64", "Int64", "0"),
    ]
}
