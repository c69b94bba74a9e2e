import CYaml
import Core

/// YAML events of libyaml, built into JSON. JSON is YAML, so it takes both.
struct YAMLLoader {
    private(set) var positions: [String: SourcePosition] = [:]
    private var anchors: [String: JSON] = [:]
    /// Values made so far; aliases count as what they stand for, so that no text grows into gigabytes.
    private var size = 0

    static let deepest = 200
    private static let largest = 200_000

    mutating func load(_ bytes: [UInt8]) throws(DefinitionFault) -> JSON {
        let events = try Self.events(bytes)
        var at = 0
        guard !events.isEmpty else {
            throw DefinitionFault(
                .syntax, at: JSONPointer(), line: 1, column: 1, found: "nothing", expected: "a document")
        }
        let value = try value(events, &at, JSONPointer())
        if at < events.count {
            throw Self.fault(events[at].position, "a second document", "one document")
        }
        return value
    }

    static func fault(_ position: SourcePosition, _ found: String, _ expected: String) -> DefinitionFault {
        DefinitionFault(
            .syntax, at: JSONPointer(), line: position.line, column: position.column, found: found, expected: expected)
    }

    private mutating func value(_ events: [YAMLEvent], _ at: inout Int, _ pointer: JSONPointer)
        throws(DefinitionFault) -> JSON
    {
        let event = events[at]
        positions[pointer.description] = event.position
        at += 1
        size += 1
        guard size <= Self.largest, pointer.tokens.count <= Self.deepest else {
            throw Self.fault(event.position, "a document too large or too deep", "a smaller one")
        }
        let value: JSON
        switch event.content {
        case .scalar(let text, let isPlain, let tag):
            value = try Self.scalar(text, isPlain: isPlain, tag: tag, at: event.position)
        case .alias(let name):
            guard let known = anchors[name] else { throw Self.fault(event.position, "*\(name)", "a known anchor") }
            size += Self.count(known)
            return known
        case .sequence: value = try sequence(events, &at, pointer)
        case .mapping: value = try mapping(events, &at, pointer)
        case .end: throw Self.fault(event.position, "an end", "a value")
        }
        if let anchor = event.anchor { anchors[anchor] = value }
        return value
    }

    private mutating func sequence(_ events: [YAMLEvent], _ at: inout Int, _ pointer: JSONPointer)
        throws(DefinitionFault) -> JSON
    {
        var elements: [JSON] = []
        while !events[at].isEnd { elements.append(try value(events, &at, pointer.appending(elements.count))) }
        at += 1
        return .array(elements)
    }

    private mutating func mapping(_ events: [YAMLEvent], _ at: inout Int, _ pointer: JSONPointer)
        throws(DefinitionFault) -> JSON
    {
        var object = JSONObject()
        while !events[at].isEnd {
            guard case .scalar(let key, _, _) = events[at].content else {
                throw Self.fault(events[at].position, "a collection as a key", "a text as a key")
            }
            if object[key] != nil { throw Self.fault(events[at].position, "\"\(key)\" twice", "each key once") }
            let position = events[at].position
            at += 1
            object[key] = try value(events, &at, pointer.appending(key))
            // The key is where a reader looks.
            positions[pointer.appending(key).description] = position
        }
        at += 1
        return .object(object)
    }

    private static func count(_ value: JSON) -> Int {
        switch value {
        case .array(let elements): elements.reduce(1) { $0 + count($1) }
        case .object(let object): object.values.reduce(1) { $0 + count($1) }
        default: 1
        }
    }

    private static func scalar(_ text: String, isPlain: Bool, tag: String?, at position: SourcePosition)
        throws(DefinitionFault) -> JSON
    {
        switch tag {
        case nil: break
        case "tag:yaml.org,2002:str", "!": return .string(text)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            return plain(text)
        default: throw fault(position, "tag \(tag ?? "")", "no tag, or one of the core schema")
        }
        return isPlain ? plain(text) : .string(text)
    }

    /// The core schema of YAML 1.2, section 10.3.2.
    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, "0123456789+-.".utf8.contains(first) else { return .string(text) }
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) { return .integer(value) }
        if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8) { return .integer(value) }
        if text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) {
            if let value = Int64(text) { return .integer(value) }
            if text.utf8.contains(where: { (48...57).contains($0) }), let value = Double(text), value.isFinite {
                return .number(value)
            }
        }
        return .string(text)
    }
}
