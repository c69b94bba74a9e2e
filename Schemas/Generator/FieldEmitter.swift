/// Writes what a message's fields are, for those who read messages of any type.
struct FieldEmitter {
    let names: SwiftNames

    func emit(_ message: MessageDescriptor, _ out: inout SourceText) {
        out.doc(nil, otherwise: "The fields in the schema's order.")
        out.block("public static var protoFields: [ProtoField]") { out in
            guard !message.fields.isEmpty else { return out.line("[]") }
            out.line("[")
            for field in message.fields {
                let entry = names.mapEntries[field.typeName]
                let map = entry.map { "map(key: .\(kind($0.fields[0])), value: .\(kind($0.fields[1])))" }
                let list = field.isRepeated && entry == nil ? ", isRepeated: true" : ""
                out.line("    ProtoField(\"\(field.name)\", \(field.number), .\(map ?? kind(field))\(list)),")
            }
            out.line("]")
        }
    }

    private func kind(_ field: FieldDescriptor) -> String {
        if field.isMessage { return "message(\(names.types[field.typeName] ?? field.typeName).self)" }
        if field.isEnum {
            let values = names.enums[field.typeName]?.values ?? []
            return "enumeration([\(values.map { "(\($0.number), \"\($0.name)\")" }.joined(separator: ", "))])"
        }
        guard let scalar = Self.scalars[field.type] else {
            preconditionFailure("proto3 has no field type \(field.type)")
        }
        return scalar
    }

    private static let scalars: [Int32: String] = [
        1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool",
        9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64",
    ]
}
