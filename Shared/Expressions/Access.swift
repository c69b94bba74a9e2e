import Core

/// Reaching into values: keys, positions, slices and paths of them.
enum Access {
    /// A value for an error message, cut to 29 bytes as jq does.
    static func shown(_ value: JSON) -> String {
        // Not all of it: a value that shares its parts may be of any size.
        var text = ""
        write(value, to: &text)
        guard text.utf8.count > 29 else { return text }
        let end = value.string == nil ? "..." : "...\""
        var cut = ""
        for character in text.unicodeScalars {
            if cut.utf8.count + String(character).utf8.count + end.utf8.count > 29 { break }
            cut.unicodeScalars.append(character)
        }
        return cut + end
    }

    /// Stops soon after what is shown.
    private static func write(_ value: JSON, to text: inout String) {
        guard text.utf8.count <= 40 else { return }
        switch value {
        case .string(let string):
            var start = String.UnicodeScalarView()
            start.append(contentsOf: string.unicodeScalars.prefix(41))
            text += Format.json(.string(String(start)))
        case .array(let elements):
            text += "["
            for (position, element) in elements.enumerated() where text.utf8.count <= 40 {
                if position > 0 { text += "," }
                write(element, to: &text)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (position, member) in object.enumerated() where text.utf8.count <= 40 {
                if position > 0 { text += "," }
                write(.string(member.key), to: &text)
                text += ":"
                write(member.value, to: &text)
            }
            text += "}"
        default: text += Format.json(value)
        }
    }

    static func shownInParentheses(_ value: JSON) -> String { " (\(shown(value)))" }

    static func invalidPath(_ value: JSON) -> Signal {
        .message("Invalid path expression with result \(shown(value))")
    }

    static func mustHavePlace(_ place: Place, _ attempt: String) throws(Signal) {
        if case .lost = place.path {
            throw .message(
                "Invalid path expression near attempt to \(attempt) \(shown(place.value))")
        }
    }

    static func below(_ place: Place, _ key: JSON, _ value: JSON) -> Place {
        switch place.path {
        case .lost: Place(value, .lost)
        case .at(let path): Place(value, .at(path + [key]))
        }
    }

    static func key(_ key: JSON) throws(Signal) -> String {
        guard let text = key.string else { throw .message("Object keys must be strings") }
        return text
    }

    static func get(_ place: Place, _ key: JSON) throws(Signal) -> Place {
        if case .lost = place.path {
            throw .message(
                "Invalid path expression near attempt to access element \(shown(key)) of \(shown(place.value))")
        }
        return below(place, key, try get(place.value, key))
    }

    static func get(_ value: JSON, path: ArraySlice<JSON>) throws(Signal) -> JSON {
        var current = value
        for key in path {
            if current.isNull { return .null }
            current = try get(current, key)
        }
        return current
    }

    static func get(_ value: JSON, _ key: JSON) throws(Signal) -> JSON {
        // The usual first, one after the other: pairs would be copied to be told apart.
        if case .string(let name) = key, case .object(let object) = value { return object[name] ?? .null }
        if case .integer(let at) = key, case .array(let elements) = value { return element(elements, Int(at)) }
        switch (value, key) {
        case (.array(let elements), .number(let at)):
            guard at.isFinite, abs(at) < 1e15 else { return .null }
            return try get(.array(elements), .integer(Int64(at.rounded(.down))))
        case (.array(let elements), .object(let bounds)):
            let range = try range(bounds, elements.count)
            return .array(Array(elements[range]))
        case (.string(let text), .object(let bounds)):
            let scalars = text.unicodeScalars
            let range = try range(bounds, scalars.count)
            let start = scalars.index(scalars.startIndex, offsetBy: range.lowerBound)
            return .string(String(scalars[start..<scalars.index(start, offsetBy: range.count)]))
        case (.array(let elements), .array(let part)): return indices(elements, of: part)
        case (.null, .string), (.null, .integer), (.null, .number), (.null, .null): return .null
        case (.null, .object(let bounds)):
            _ = try range(bounds, 0)
            return .null
        default: throw cannotIndex(value, key)
        }
    }

    static func element(_ elements: [JSON], _ at: Int) -> JSON {
        let position = at < 0 ? at + elements.count : at
        return elements.indices.contains(position) ? elements[position] : .null
    }

    static func cannotIndex(_ value: JSON, _ key: JSON) -> Signal {
        let shown = key.string != nil || key.double != nil ? shownInParentheses(key) : ""
        return .message("Cannot index \(value.kind) with \(key.kind)\(shown)")
    }

    static func indices(_ elements: [JSON], of part: [JSON]) -> JSON {
        guard !part.isEmpty, part.count <= elements.count else { return part.isEmpty ? .null : .array([]) }
        var found: [JSON] = []
        for start in 0...(elements.count - part.count) where elements[start..<(start + part.count)].elementsEqual(part)
        {
            found.append(.integer(Int64(start)))
        }
        return .array(found)
    }

    /// The bounds of a slice of something so long; fractions are rounded outwards.
    static func range(_ bounds: JSONObject, _ count: Int) throws(Signal) -> Range<Int> {
        func clamped(_ value: Double, up: Bool) -> Int {
            var value = value.isNaN ? up ? Double(count) : 0 : value
            if value < 0 { value += Double(count) }
            return Int(min(max(value.rounded(up ? .up : .down), 0), Double(count)))
        }
        func number(_ name: String) throws(Signal) -> Double? {
            switch bounds[name] {
            case nil, .null?: return nil
            case .integer(let value)?: return Double(value)
            case .number(let value)?: return value
            default: throw .message("Start and end indices of an array slice must be numbers")
            }
        }
        let lower = try number("start").map { clamped($0, up: false) } ?? 0
        let upper = try number("end").map { clamped($0, up: true) } ?? count
        return lower..<max(lower, upper)
    }
}
