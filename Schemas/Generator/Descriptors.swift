import ProtoWire

// The parts of google/protobuf/descriptor.proto that the generator looks at. They are only read.

extension ProtoMessage {
    static var protoFields: [ProtoField] { preconditionFailure("descriptors are only read") }
    func write(to writer: inout ProtoWriter) { preconditionFailure("descriptors are only read") }
}

struct FileDescriptor: ProtoMessage {
    static let protoName = "google.protobuf.FileDescriptorProto"
    var name = ""
    var package = ""
    var messages: [MessageDescriptor] = []
    var enums: [EnumDescriptor] = []
    var source: SourceInfo?
    var syntax = ""

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        switch tag.number {
        case 1: try reader.read(ProtoType.String.self, tag, into: &name)
        case 2: try reader.read(ProtoType.String.self, tag, into: &package)
        case 4: try reader.read(ProtoType.Message<MessageDescriptor>.self, tag, into: &messages)
        case 5: try reader.read(ProtoType.Message<EnumDescriptor>.self, tag, into: &enums)
        case 9: try reader.merge(tag, into: &source)
        case 12: try reader.read(ProtoType.String.self, tag, into: &syntax)
        default: try reader.skip(tag)
        }
    }
}

struct MessageDescriptor: ProtoMessage {
    static let protoName = "google.protobuf.DescriptorProto"
    var name = ""
    var fields: [FieldDescriptor] = []
    var messages: [MessageDescriptor] = []
    var enums: [EnumDescriptor] = []
    var oneofs: [OneofDescriptor] = []
    var options: MessageOptions?

    var isMapEntry: Bool { options?.mapEntry ?? false }

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        switch tag.number {
        case 1: try reader.read(ProtoType.String.self, tag, into: &name)
        case 2: try reader.read(ProtoType.Message<FieldDescriptor>.self, tag, into: &fields)
        case 3: try reader.read(ProtoType.Message<MessageDescriptor>.self, tag, into: &messages)
        case 4: try reader.read(ProtoType.Message<EnumDescriptor>.self, tag, into: &enums)
        case 7: try reader.merge(tag, into: &options)
        case 8: try reader.read(ProtoType.Message<OneofDescriptor>.self, tag, into: &oneofs)
        default: try reader.skip(tag)
        }
    }
}

struct MessageOptions: ProtoMessage {
    static let protoName = "google.protobuf.MessageOptions"
    var mapEntry = false

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        if tag.number == 7 {
            try reader.read(ProtoType.Bool.self, tag, into: &mapEntry)
        } else {
            try reader.skip(tag)
        }
    }
}

struct OneofDescriptor: ProtoMessage {
    static let protoName = "google.protobuf.OneofDescriptorProto"
    var name = ""

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        if tag.number == 1 {
            try reader.read(ProtoType.String.self, tag, into: &name)
        } else {
            try reader.skip(tag)
        }
    }
}

struct FieldDescriptor: ProtoMessage {
    static let protoName = "google.protobuf.FieldDescriptorProto"
    var name = ""
    var number: Int32 = 0
    /// 3 is repeated.
    var label: Int32 = 0
    /// The numbers of FieldDescriptorProto.Type.
    var type: Int32 = 0
    var typeName = ""
    var oneof: Int32?
    var isOptional = false
    var options: FieldOptions?

    var isRepeated: Bool { label == 3 }
    var isMessage: Bool { type == 11 }
    var isEnum: Bool { type == 14 }

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        switch tag.number {
        case 1: try reader.read(ProtoType.String.self, tag, into: &name)
        case 3: try reader.read(ProtoType.Int32.self, tag, into: &number)
        case 4: try reader.read(ProtoType.Int32.self, tag, into: &label)
        case 5: try reader.read(ProtoType.Int32.self, tag, into: &type)
        case 6: try reader.read(ProtoType.String.self, tag, into: &typeName)
        case 8: try reader.merge(tag, into: &options)
        case 9: try reader.read(ProtoType.Int32.self, tag, into: &oneof)
        case 17: try reader.read(ProtoType.Bool.self, tag, into: &isOptional)
        default: try reader.skip(tag)
        }
    }
}

struct FieldOptions: ProtoMessage {
    static let protoName = "google.protobuf.FieldOptions"
    /// Written in the schema; without it, numbers are packed.
    var packed: Bool?

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        if tag.number == 2 {
            try reader.read(ProtoType.Bool.self, tag, into: &packed)
        } else {
            try reader.skip(tag)
        }
    }
}

struct EnumDescriptor: ProtoMessage {
    struct Value: ProtoMessage {
        static let protoName = "google.protobuf.EnumValueDescriptorProto"
        var name = ""
        var number: Int32 = 0

        mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
            switch tag.number {
            case 1: try reader.read(ProtoType.String.self, tag, into: &name)
            case 2: try reader.read(ProtoType.Int32.self, tag, into: &number)
            default: try reader.skip(tag)
            }
        }
    }

    static let protoName = "google.protobuf.EnumDescriptorProto"
    var name = ""
    var values: [Value] = []

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        switch tag.number {
        case 1: try reader.read(ProtoType.String.self, tag, into: &name)
        case 2: try reader.read(ProtoType.Message<Value>.self, tag, into: &values)
        default: try reader.skip(tag)
        }
    }
}

struct SourceInfo: ProtoMessage {
    struct Location: ProtoMessage {
        static let protoName = "google.protobuf.SourceCodeInfo.Location"
        var path: [Int32] = []
        var leading = ""
        var trailing = ""

        mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
            switch tag.number {
            case 1: try reader.read(ProtoType.Int32.self, tag, into: &path)
            case 3: try reader.read(ProtoType.String.self, tag, into: &leading)
            case 4: try reader.read(ProtoType.String.self, tag, into: &trailing)
            default: try reader.skip(tag)
            }
        }
    }

    static let protoName = "google.protobuf.SourceCodeInfo"
    var locations: [Location] = []

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        if tag.number == 1 {
            try reader.read(ProtoType.Message<Location>.self, tag, into: &locations)
        } else {
            try reader.skip(tag)
        }
    }
}
