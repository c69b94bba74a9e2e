/// Writes a message and what is nested in it.
struct MessageEmitter {
    let names: SwiftNames
    let comments: Comments
    /// The full name of the package or message around.
    let outer: String

    func emit(_ message: MessageDescriptor, _ path: [Int32], _ out: inout SourceText) {
        let shapes = message.fields.map { FieldShape($0, names) }
        out.doc(comments[path], otherwise: "`\(message.name)`")
        out.block("public struct \(message.name): ProtoMessage") { out in
            nested(message, path, &out)
            oneofs(message, shapes, path, &out)
            out.doc(nil, otherwise: "`\(outer).\(message.name)`")
            out.line("public static var protoName: String { \"\(outer).\(message.name)\" }")
            out.line()
            FieldEmitter(names: names).emit(message, &out)
            out.line()
            for property in properties(message, shapes, path) {
                out.doc(property.comment, otherwise: property.fallback)
                out.line("public var \(property.name): \(property.type)")
            }
            initializers(properties(message, shapes, path), &out)
            merge(message, shapes, &out)
            write(message, shapes, &out)
        }
    }

    private func nested(_ message: MessageDescriptor, _ path: [Int32], _ out: inout SourceText) {
        for (at, item) in message.enums.enumerated() {
            EnumEmitter(comments: comments).emit(item, path + [4, Int32(at)], &out)
            out.line()
        }
        let inner = MessageEmitter(names: names, comments: comments, outer: "\(outer).\(message.name)")
        for (at, item) in message.messages.enumerated() where !item.isMapEntry {
            inner.emit(item, path + [3, Int32(at)], &out)
            out.line()
        }
    }

    private func oneofs(
        _ message: MessageDescriptor, _ shapes: [FieldShape], _ path: [Int32], _ out: inout SourceText
    ) {
        for (at, oneof) in message.oneofs.enumerated() {
            let members = shapes.enumerated().filter { $0.element.kind == .oneof(at) }
            guard !members.isEmpty else { continue }
            out.doc(comments[path + [8, Int32(at)]], otherwise: "What `\(SwiftNames.member(oneof.name))` can be.")
            out.block("public enum \(oneofType(oneof)): Sendable, Hashable") { out in
                for (position, shape) in members {
                    out.doc(comments[path + [2, Int32(position)]], otherwise: fallback(shape))
                    out.line("case \(shape.name)(\(shape.type))")
                }
            }
            out.line()
        }
    }

    private struct Property {
        var name: String, type: String, initial: String, comment: String?, fallback: String
    }

    /// One for each field, and one for each oneof in the place of its first member.
    private func properties(_ message: MessageDescriptor, _ shapes: [FieldShape], _ path: [Int32]) -> [Property] {
        var seen: Set<Int> = []
        return shapes.enumerated().compactMap { at, shape in
            guard case .oneof(let number) = shape.kind else {
                let comment = comments[path + [2, Int32(at)]]
                return Property(
                    name: shape.name, type: shape.type, initial: shape.initial, comment: comment,
                    fallback: fallback(shape))
            }
            guard seen.insert(number).inserted else { return nil }
            let oneof = message.oneofs[number]
            return Property(
                name: SwiftNames.member(oneof.name), type: "\(oneofType(oneof))?", initial: "nil",
                comment: comments[path + [8, Int32(number)]], fallback: "`\(oneof.name)`, one of several.")
        }
    }

    private func initializers(_ properties: [Property], _ out: inout SourceText) {
        if !properties.isEmpty {
            out.line()
            out.doc(nil, otherwise: "A message of its fields; those left out are at their defaults.")
            out.line("public init(")
            for (at, property) in properties.enumerated() {
                let comma = at == properties.count - 1 ? "" : ","
                out.line("    \(property.name): \(property.type) = \(property.initial)\(comma)")
            }
            out.block(")") { out in
                for property in properties { out.line("self.\(property.name) = \(property.name)") }
            }
        }
        out.line()
        out.doc(nil, otherwise: "The message with every field at its default.")
        out.block("public init()") { out in
            for property in properties { out.line("\(property.name) = \(property.initial)") }
        }
    }

    private func merge(_ message: MessageDescriptor, _ shapes: [FieldShape], _ out: inout SourceText) {
        out.line()
        out.doc(nil, otherwise: "Takes in the value that follows `tag`.")
        let head = "public mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError)"
        out.block(head) { out in
            guard !shapes.isEmpty else { return out.line("try reader.skip(tag)") }
            out.block("switch tag.number") { out in
                for shape in shapes { read(message, shape, &out) }
                out.line("default: try reader.skip(tag)")
            }
        }
    }

    private func read(_ message: MessageDescriptor, _ shape: FieldShape, _ out: inout SourceText) {
        let label = "case \(shape.field.number):"
        switch shape.kind {
        case .single, .optional, .list:
            out.line("\(label) try reader.read(\(shape.codec).self, tag, into: &\(shape.name))")
        case .message:
            out.line("\(label) try reader.merge(tag, into: &\(shape.name))")
        case .map(let key, let value):
            out.line("\(label) try reader.read(\(key).self, \(value).self, tag, into: &\(shape.name))")
        case .oneof(let number):
            let property = SwiftNames.member(message.oneofs[number].name)
            out.line(label)
            out.line("    var value: \(shape.type)?")
            if shape.field.isMessage {
                out.line("    if case .\(shape.name)(let present) = \(property) { value = present }")
                out.line("    try reader.merge(tag, into: &value)")
            } else {
                out.line("    try reader.read(\(shape.codec).self, tag, into: &value)")
            }
            out.line("    if let value { \(property) = .\(shape.name)(value) }")
        }
    }

    private func write(_ message: MessageDescriptor, _ shapes: [FieldShape], _ out: inout SourceText) {
        out.line()
        out.doc(nil, otherwise: "Writes all fields that are not at their default.")
        out.block("public func write(to writer: inout ProtoWriter)") { out in
            for shape in shapes.sorted(by: { $0.field.number < $1.field.number }) {
                let (name, codec, number) = (shape.name, shape.codec, shape.field.number)
                switch shape.kind {
                case .single: out.line("writer.write(\(codec).self, \(number), \(name))")
                case .optional, .message: out.line("writer.write(\(codec).self, \(number), optional: \(name))")
                case .list(let packed):
                    out.line("writer.write(\(codec).self, \(number), \(packed ? "packed" : "each"): \(name))")
                case .map(let key, let value):
                    out.line("writer.write(\(key).self, \(value).self, \(number), map: \(name))")
                case .oneof(let oneof):
                    let property = SwiftNames.member(message.oneofs[oneof].name)
                    let body = "writer.always(\(codec).self, \(number), value)"
                    out.line("if case .\(name)(let value) = \(property) { \(body) }")
                }
            }
        }
    }

    private func fallback(_ shape: FieldShape) -> String { "`\(shape.field.name)`, field \(shape.field.number)." }

    private func oneofType(_ oneof: OneofDescriptor) -> String {
        oneof.name.split(separator: "_").map { SwiftNames.capitalized(String($0)) }.joined()
    }
}
