import Core

extension Access {
    /// Arrays are not filled up to positions beyond this.
    static let longestArray = 536_870_911

    static func set(_ value: JSON, _ path: ArraySlice<JSON>, _ new: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON
    {
        guard let key = path.first else { return new }
        guard path.count < 1000 else { throw .message("Path too deep") }
        let rest = path.dropFirst()
        if rest.isEmpty { return try set(value, key, new, evaluator) }
        // A slice of nothing, or something that cannot be reached, is told by get.
        let old = try get(value, key)
        return try set(value, key, try set(old, rest, new, evaluator), evaluator)
    }

    private static func set(_ value: JSON, _ key: JSON, _ new: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        switch (value, key) {
        case (.object(var object), .string(let name)):
            // The value may have to be copied.
            try evaluator.step(object.count >> 8)
            object[name] = new
            return .object(object)
        case (.null, .string(let name)): return .object([name: new])
        case (.array(let elements), .integer), (.array(let elements), .number):
            return try set(elements, key.double ?? 0, new, evaluator)
        case (.null, .integer), (.null, .number): return try set([], key.double ?? 0, new, evaluator)
        case (.array, .object(let bounds)), (.null, .object(let bounds)):
            var elements = value.array ?? []
            guard let replacement = new.array else {
                throw .message("A slice of an array can only be assigned another array")
            }
            elements.replaceSubrange(try range(bounds, elements.count), with: replacement)
            try evaluator.admit(count: elements.count)
            return .array(elements)
        case (.array, .array): throw .message("Cannot update field at array index of array")
        case (.string, .object): throw .message("Cannot update string slices")
        case (_, .object): throw .message("Cannot update field at object index of \(value.kind)")
        default: throw cannotIndex(value, key)
        }
    }

    private static func set(_ elements: [JSON], _ at: Double, _ new: JSON, _ evaluator: Evaluator) throws(Signal)
        -> JSON
    {
        guard !at.isNaN else { throw .message("Cannot set array element at NaN index") }
        var elements = elements
        var position = at.rounded(.down)
        if position < 0 { position += Double(elements.count) }
        guard position >= 0 else { throw .message("Out of bounds negative array index") }
        guard position <= Double(longestArray) else { throw .message("Array index too large") }
        try evaluator.admit(count: Int(position))
        try evaluator.step(elements.count >> 8)
        if Int(position) >= elements.count {
            try evaluator.step(Int(position) - elements.count)
            elements += Array(repeating: .null, count: Int(position) - elements.count + 1)
        }
        elements[Int(position)] = new
        return .array(elements)
    }

    static func delete(_ value: JSON, _ paths: [[JSON]], _ evaluator: Evaluator) throws(Signal) -> JSON {
        // The last ones first, so that what is still to be deleted keeps its place.
        let plain = paths.map { JSON.array(counted($0, from: value)) }
        let sorted = try Ordering.sorted(plain.map { ($0, $0) }, evaluator)
        var result = value
        for path in sorted.reversed() {
            let keys = path.key.array ?? []
            if keys.isEmpty { return .null }
            result = try delete(result, keys[...])
            try evaluator.step(keys.count)
        }
        return result
    }

    /// The path with positions counted from the beginning, as long as nothing has been deleted.
    private static func counted(_ path: [JSON], from value: JSON) -> [JSON] {
        var (plain, current) = (path, value)
        for (at, key) in path.enumerated() {
            if case .array(let elements) = current, let position = key.double, position < 0, position > -1e15 {
                let counted = Int(position.rounded(.down)) + elements.count
                // What is out of reach stays out of reach.
                if counted >= 0 { plain[at] = .integer(Int64(counted)) }
            }
            current = (try? get(current, plain[at])) ?? .null
        }
        return plain
    }

    private static func delete(_ value: JSON, _ path: ArraySlice<JSON>) throws(Signal) -> JSON {
        guard let key = path.first, !value.isNull else { return value }
        guard path.count < 1000 else { throw .message("Path too deep") }
        if path.count == 1 { return try delete(value, key) }
        let inner = try get(value, key)
        if inner.isNull { return value }
        let changed = try delete(inner, path.dropFirst())
        switch (value, key) {
        case (.object(var object), .string(let name)):
            object[name] = changed
            return .object(object)
        case (.array(var elements), .object(let bounds)):
            elements.replaceSubrange(try range(bounds, elements.count), with: changed.array ?? [])
            return .array(elements)
        case (.array(var elements), _):
            guard let at = position(key, elements.count) else { return value }
            elements[at] = changed
            return .array(elements)
        default: return value
        }
    }

    private static func position(_ key: JSON, _ count: Int) -> Int? {
        guard let at = key.double, at.isFinite, abs(at) < 1e15 else { return nil }
        let position = Int(at.rounded(.down)) < 0 ? Int(at.rounded(.down)) + count : Int(at.rounded(.down))
        return (0..<count).contains(position) ? position : nil
    }

    private static func delete(_ value: JSON, _ key: JSON) throws(Signal) -> JSON {
        switch (value, key) {
        case (.object(var object), .string(let name)):
            object[name] = nil
            return .object(object)
        case (.array(var elements), .integer), (.array(var elements), .number):
            if let at = position(key, elements.count) { elements.remove(at: at) }
            return .array(elements)
        case (.array(var elements), .object(let bounds)):
            elements.removeSubrange(try range(bounds, elements.count))
            return .array(elements)
        case (.object, _): throw .message("Cannot delete field at array index of object")
        case (.array, .string): throw .message("Cannot delete field at object index of array")
        default:
            throw .message("Cannot delete field at \(key.string != nil ? "object" : "array") index of \(value.kind)")
        }
    }
}
