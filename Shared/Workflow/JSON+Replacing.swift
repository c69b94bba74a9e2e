import Core

extension JSON {
    /// The value with what stands at the end of `path` replaced; members that are not there are made.
    func replacing(_ path: ArraySlice<String>, by value: JSON) -> JSON {
        guard let key = path.first else { return value }
        if var elements = array, let at = Int(key), elements.indices.contains(at) {
            elements[at] = elements[at].replacing(path.dropFirst(), by: value)
            return .array(elements)
        }
        var members = object ?? [:]
        members[key] = (members[key] ?? [:]).replacing(path.dropFirst(), by: value)
        return .object(members)
    }
}
