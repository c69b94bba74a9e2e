/// Writes the Swift of one package.
struct PackageEmitter {
    let names: SwiftNames

    func text(_ package: String, _ files: [FileDescriptor]) -> String {
        var out = SourceText()
        out.line("// Generated from \(files.map(\.name).sorted().joined(separator: ", ")). Do not edit.")
        out.line("// swift-format-ignore-file")
        out.line("public import ProtoWire")
        out.line()
        out.line("/// The messages of `\(package)`.")
        let messages = files.flatMap(\.messages).map(\.name).sorted()
        out.block("public enum \(SwiftNames.namespace(package))") { out in
            out.doc(nil, otherwise: "Every message of the package, by name.")
            out.block("public static var messages: [any ProtoMessage.Type]") { out in
                out.line("[\(messages.map { "\($0).self" }.joined(separator: ", "))]")
            }
        }
        for file in files.sorted(by: { $0.name < $1.name }) {
            let comments = Comments(file.source)
            for (at, item) in file.enums.enumerated() {
                out.line()
                out.block("extension \(SwiftNames.namespace(package))") { out in
                    EnumEmitter(comments: comments).emit(item, [5, Int32(at)], &out)
                }
            }
            for (at, message) in file.messages.enumerated() {
                out.line()
                out.block("extension \(SwiftNames.namespace(package))") { out in
                    MessageEmitter(names: names, comments: comments, outer: package)
                        .emit(message, [4, Int32(at)], &out)
                }
            }
        }
        return out.text
    }
}

/// Lines with indentation.
struct SourceText {
    private(set) var text = ""
    private var depth = 0

    mutating func line(_ line: String = "") {
        if !line.isEmpty { text += String(repeating: "    ", count: depth) + line }
        text += "\n"
    }

    mutating func block(_ head: String, _ body: (inout SourceText) -> Void) {
        line(head + " {")
        depth += 1
        body(&self)
        depth -= 1
        line("}")
    }

    mutating func doc(_ comment: String?, otherwise: String) {
        for text in (comment ?? otherwise).split(separator: "\n", omittingEmptySubsequences: false) {
            line(text.isEmpty ? "///" : "/// \(text)")
        }
    }
}

/// The comments of a file by the path of what they stand at.
struct Comments {
    private var byPath: [[Int32]: String] = [:]

    init(_ source: SourceInfo?) {
        for location in source?.locations ?? [] {
            let raw = location.leading.isEmpty ? location.trailing : location.leading
            var lines = raw.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix(" ") ? String(line.dropFirst()) : String(line)
            }
            while lines.last?.isEmpty == true { lines.removeLast() }
            if !lines.isEmpty { byPath[location.path] = lines.joined(separator: "\n") }
        }
    }

    subscript(path: [Int32]) -> String? { byPath[path] }
}
