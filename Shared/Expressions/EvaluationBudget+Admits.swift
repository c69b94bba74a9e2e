public import Core

extension EvaluationBudget {
    /// What `value` counts against a budget's size: each value one, and a 16th of the bytes of its texts. Stops
    /// counting beyond `limit`, so it is quick even for a value that shares its parts a million times.
    public static func size(of value: JSON, stoppingAt limit: Int) -> Int {
        var size = 0
        count(value, &size, limit)
        return size
    }

    private static func count(_ value: JSON, _ size: inout Int, _ limit: Int) {
        size += 1
        switch value {
        case .string(let text): size += text.utf8.count >> 4
        case .array(let elements):
            for element in elements where size <= limit { count(element, &size, limit) }
        case .object(let object):
            for (key, member) in object where size <= limit {
                size += key.utf8.count >> 4
                count(member, &size, limit)
            }
        default: break
        }
    }
}
