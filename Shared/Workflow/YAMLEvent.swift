import CYaml
import Core

/// An event of libyaml's parser, copied out of C.
struct YAMLEvent {
    enum Content {
        case scalar(String, isPlain: Bool, tag: String?)
        case alias(String)
        case sequence
        case mapping
        case end
    }

    var content: Content
    var anchor: String?
    var position: SourcePosition

    var isEnd: Bool { if case .end = content { true } else { false } }
}

extension YAMLLoader {
    /// All events but those of the stream and the documents.
    static func events(_ bytes: [UInt8]) throws(DefinitionFault) -> [YAMLEvent] {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { preconditionFailure("out of memory") }
        defer { yaml_parser_delete(&parser) }
        var events: [YAMLEvent] = []
        var depth = 0
        let fault: DefinitionFault? = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { return problem(parser, bytes) }
                defer { yaml_event_delete(&event) }
                if event.type == YAML_STREAM_END_EVENT { return nil }
                guard let copy = YAMLEvent(event) else { continue }
                // Here and not only in the loader: libyaml's time grows with the square of the depth.
                depth += copy.levels
                guard depth <= deepest else {
                    return Self.fault(copy.position, "a document too deep", "at most \(deepest) levels")
                }
                events.append(copy)
            }
        }
        if let fault { throw fault }
        return events
    }

    private static func problem(_ parser: yaml_parser_t, _ bytes: [UInt8]) -> DefinitionFault {
        let text = parser.problem.map { String(cString: $0) } ?? "an unreadable text"
        let mark = parser.problem_mark
        // The mark may be where the next line begins.
        let hint = [Int(mark.line), Int(mark.line) - 1].lazy.compactMap { Advice.syntax(line: line($0, bytes)) }.first
        return DefinitionFault(
            .syntax, at: JSONPointer(), line: Int(mark.line) + 1, column: Int(mark.column) + 1, found: text,
            expected: "YAML or JSON", hint: hint)
    }

    /// A line of the text, counted from 0.
    private static func line(_ number: Int, _ bytes: [UInt8]) -> Substring? {
        guard number >= 0 else { return nil }
        var (left, start) = (number, 0)
        while left > 0 {
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            (left, start) = (left - 1, end + 1)
        }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        return String(decoding: bytes[start..<end].prefix(1000), as: UTF8.self)[...]
    }
}

extension YAMLEvent {
    /// How many levels deeper what follows is.
    fileprivate var levels: Int {
        switch content {
        case .sequence, .mapping: 1
        case .end: -1
        case .scalar, .alias: 0
        }
    }

    init?(_ event: yaml_event_t) {
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            pointer.map { String(cString: $0) }
        }
        position = SourcePosition(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            content = .scalar(
                String(decoding: value, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                tag: text(scalar.tag))
            anchor = text(scalar.anchor)
        case YAML_ALIAS_EVENT: content = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            content = .sequence
            anchor = text(event.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT:
            content = .mapping
            anchor = text(event.data.mapping_start.anchor)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: content = .end
        default: return nil
        }
    }
}
