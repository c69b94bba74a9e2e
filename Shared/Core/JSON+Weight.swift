extension JSON {
    /// How large this is: each value counts one, and a 16th of the bytes of its texts; and whether all its numbers are
    /// finite. Stops beyond `limit`, so it is quick even for a value that shares its parts a million times; what is not
    /// finite may then go unseen. Nor does it go down more than `deepest` levels.
    public func weighed(stoppingAt limit: Int, atMost deepest: Int) -> (weight: Int, isFinite: Bool, isTooDeep: Bool) {
        var scale = Scale(limit: limit, deepest: deepest)
        withUnsafePointer(to: self) { scale.add($0) }
        return (scale.weight, scale.isFinite, scale.isTooDeep)
    }
}

/// Reads values where they are, since copying them costs more than counting.
private struct Scale {
    let limit: Int
    let deepest: Int
    var weight = 0
    var isFinite = true
    var isTooDeep = false
    private var depth = 0

    init(limit: Int, deepest: Int) { (self.limit, self.deepest) = (limit, deepest) }

    mutating func add(_ value: UnsafePointer<JSON>) {
        weight += 1
        guard depth < deepest else {
            isTooDeep = true
            return
        }
        depth += 1
        defer { depth -= 1 }
        switch value.pointee {
        case .null, .bool, .integer: return
        case .number(let number): if !number.isFinite { isFinite = false }
        case .string(let text): weight += text.utf8.count >> 4
        case .array(let elements):
            elements.withUnsafeBufferPointer { elements in
                guard let first = elements.baseAddress else { return }
                for at in 0..<elements.count where weight <= limit { add(first + at) }
            }
        case .object(let object):
            object.withEachValue { keyLength, value in
                guard weight <= limit else { return }
                weight += keyLength >> 4
                add(value)
            }
        }
    }
}
