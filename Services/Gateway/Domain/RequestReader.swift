public import Core

/// Reads a request's body strictly: collects every fault, and members that nobody asked for are faults too.
public struct RequestReader {
    private let object: JSONObject
    private var known: [String] = []
    /// What is wrong so far.
    public private(set) var faults: [RequestFault] = []

    /// Reads an object; anything else is one fault.
    public init(_ body: JSON) {
        object = body.object ?? JSONObject()
        if body.object == nil {
            faults.append(RequestFault(at: JSONPointer(), found: body.kind, expected: "object"))
        }
    }

    /// Any value; nil when it is absent.
    public mutating func value(_ name: String) -> JSON? {
        known.append(name)
        return object[name]
    }

    /// A text of at most `limit` characters; empty and nil alike when it is absent and not required.
    public mutating func text(_ name: String, required: Bool = false, limit: Int = 4096) -> String {
        known.append(name)
        guard let value = object[name] else {
            if required { fault(name, "nothing", "string") }
            return ""
        }
        guard let text = value.string else {
            fault(name, value.kind, "string")
            return ""
        }
        if text.isEmpty, required { fault(name, "an empty string", "a string with at least one character") }
        if text.count > limit { fault(name, "\(text.count) characters", "at most \(limit)") }
        // No database and no header can hold it.
        if text.utf8.contains(0) { fault(name, "a NUL", "text without it") }
        return text
    }

    /// One of `choices`; the first of them when it is absent and not required.
    public mutating func choice(_ name: String, of choices: [String], required: Bool = true) -> String {
        known.append(name)
        let expected = "one of " + choices.joined(separator: ", ")
        guard let value = object[name] else {
            if required { fault(name, "nothing", expected) }
            return choices[0]
        }
        guard let text = value.string else {
            fault(name, value.kind, expected)
            return choices[0]
        }
        guard choices.contains(text) else {
            fault(name, "another string", expected)
            return choices[0]
        }
        return text
    }

    /// An object; an empty one when it is absent.
    public mutating func members(_ name: String) -> JSONObject {
        known.append(name)
        guard let value = object[name] else { return JSONObject() }
        guard let members = value.object else {
            fault(name, value.kind, "object")
            return JSONObject()
        }
        return members
    }

    /// All faults, those of unknown members included.
    public func finish() -> [RequestFault] {
        let strangers = object.keys.filter { !known.contains($0) }.map { name in
            RequestFault(
                at: JSONPointer([name]), found: "an unknown member",
                expected: known.isEmpty ? "no members" : "only " + known.joined(separator: ", "))
        }
        return faults + strangers
    }

    private mutating func fault(_ name: String, _ found: String, _ expected: String) {
        faults.append(RequestFault(at: JSONPointer([name]), found: found, expected: expected))
    }
}
