/// What is wrong with a schema, for whoever runs protoc.
struct SchemaFault: Error, CustomStringConvertible {
    var description: String
}

/// The Swift names of everything in the schemas.
struct SwiftNames {
    /// By full name with a leading dot, as fields refer to types.
    private(set) var types: [String: String] = [:]
    private(set) var mapEntries: [String: MessageDescriptor] = [:]
    private(set) var enums: [String: EnumDescriptor] = [:]

    init(_ files: [FileDescriptor]) throws(SchemaFault) {
        for file in files {
            guard file.syntax == "proto3" else {
                throw SchemaFault(description: "\(file.name): only proto3 is supported")
            }
            let scope = Self.namespace(file.package)
            for item in file.enums { add(item, ".\(file.package)", scope) }
            for message in file.messages { add(message, ".\(file.package)", scope) }
        }
        for file in files { for message in file.messages { try refuseCycle(message, files) } }
    }

    private mutating func add(_ message: MessageDescriptor, _ outer: String, _ scope: String) {
        let (full, swift) = ("\(outer).\(message.name)", "\(scope).\(message.name)")
        types[full] = swift
        if message.isMapEntry { mapEntries[full] = message }
        for item in message.enums { add(item, full, swift) }
        for item in message.messages { add(item, full, swift) }
    }

    private mutating func add(_ item: EnumDescriptor, _ outer: String, _ scope: String) {
        types["\(outer).\(item.name)"] = "\(scope).\(item.name)"
        enums["\(outer).\(item.name)"] = item
    }

    /// A struct cannot hold itself: only a list can.
    private func refuseCycle(_ message: MessageDescriptor, _ files: [FileDescriptor]) throws(SchemaFault) {
        var byName: [String: MessageDescriptor] = [:]
        func index(_ message: MessageDescriptor, _ outer: String) {
            byName["\(outer).\(message.name)"] = message
            for item in message.messages { index(item, "\(outer).\(message.name)") }
        }
        for file in files { for item in file.messages { index(item, ".\(file.package)") } }
        func holds(_ outer: MessageDescriptor, _ seen: Set<String>) -> String? {
            for field in outer.fields where field.isMessage && !field.isRepeated {
                if seen.contains(field.typeName) { return field.typeName }
                if let inner = byName[field.typeName], let found = holds(inner, seen.union([field.typeName])) {
                    return found
                }
            }
            return nil
        }
        if let found = holds(message, []) {
            throw SchemaFault(description: "\(found) holds itself; use a repeated field")
        }
    }

    /// `cadenza.orchestrator.v1` → `OrchestratorV1`
    static func namespace(_ package: String) -> String {
        var parts = package.split(separator: ".").map(String.init)
        if parts.count > 1, parts.first == "cadenza" { parts.removeFirst() }
        return parts.map(capitalized).joined()
    }

    /// `task_id` → `taskID`
    static func member(_ snake: String) -> String {
        let words = snake.split(separator: "_").map { $0.lowercased() }
        let joined = words.enumerated().map { position, word in
            if position == 0 { return word }
            return initialisms.contains(word) ? word.uppercased() : capitalized(word)
        }.joined()
        return keywords.contains(joined) ? "`\(joined)`" : joined
    }

    /// `REJECTION_KIND_NOT_FOUND` of `RejectionKind` → `notFound`
    static func enumCase(_ name: String, of type: String) -> String {
        var prefix = ""
        for character in type {
            if character.isUppercase, !prefix.isEmpty { prefix += "_" }
            prefix += character.uppercased()
        }
        prefix += "_"
        let rest = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        return member(rest.first?.isNumber == true ? "_" + name : rest)
    }

    static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static let initialisms: Set = ["id", "url", "uri", "http", "https", "sla"]
    private static let keywords: Set = [
        "as", "associatedtype", "await", "break", "case", "catch", "class", "continue", "default", "defer",
        "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard",
        "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator", "private", "protocol",
        "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
        "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
