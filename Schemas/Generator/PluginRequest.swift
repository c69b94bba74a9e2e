import ProtoWire

/// `google.protobuf.compiler.CodeGeneratorRequest`
struct PluginRequest: ProtoMessage {
    static let protoName = "google.protobuf.compiler.CodeGeneratorRequest"
    var filesToGenerate: [String] = []
    /// Every file and what it imports, imported ones first.
    var files: [FileDescriptor] = []

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) {
        switch tag.number {
        case 1: try reader.read(ProtoType.String.self, tag, into: &filesToGenerate)
        case 15: try reader.read(ProtoType.Message<FileDescriptor>.self, tag, into: &files)
        default: try reader.skip(tag)
        }
    }

    func write(to writer: inout ProtoWriter) { preconditionFailure("a request is only read") }
}

/// `google.protobuf.compiler.CodeGeneratorResponse`
struct PluginResponse: ProtoMessage {
    struct File: ProtoMessage {
        static let protoName = "google.protobuf.compiler.CodeGeneratorResponse.File"
        var name = ""
        var content = ""

        mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) { try reader.skip(tag) }

        func write(to writer: inout ProtoWriter) {
            writer.write(ProtoType.String.self, 1, name)
            writer.write(ProtoType.String.self, 15, content)
        }
    }

    static let protoName = "google.protobuf.compiler.CodeGeneratorResponse"
    var error: String?
    var files: [File] = []

    mutating func merge(_ tag: ProtoTag, from reader: inout ProtoReader) throws(ProtoError) { try reader.skip(tag) }

    func write(to writer: inout ProtoWriter) {
        writer.write(ProtoType.String.self, 1, optional: error)
        // FEATURE_PROTO3_OPTIONAL
        writer.write(ProtoType.UInt64.self, 2, 1)
        writer.write(ProtoType.Message<File>.self, 15, each: files)
    }

    /// One Swift file for each package that has a file to generate.
    static func answer(to request: PluginRequest) -> PluginResponse {
        let wanted = Set(request.filesToGenerate)
        let files = request.files.filter { wanted.contains($0.name) }
        do {
            let names = try SwiftNames(request.files)
            let packages = Set(files.map(\.package)).sorted()
            return PluginResponse(
                files: packages.map { package in
                    let text = PackageEmitter(names: names).text(package, files.filter { $0.package == package })
                    return File(name: SwiftNames.namespace(package) + ".pb.swift", content: text)
                })
        } catch {
            return PluginResponse(error: error.description)
        }
    }
}
