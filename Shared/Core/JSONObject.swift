/// A JSON object: keys are unique and keep the order in which they came. Equality ignores the order.
public struct JSONObject: Sendable {
    /// Objects up to this size are searched in line; larger ones keep an index.
    private static let indexedFrom = 12

    private var names: [String] = []
    private var contents: [JSON] = []
    private var index: [String: Int]?

    /// An empty object.
    public init() {}

    /// An object of pairs; of equal keys the last wins, in the first one's place.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members there are.
    public var count: Int { names.count }
    /// Whether there are none.
    public var isEmpty: Bool { names.isEmpty }
    /// The keys in their order.
    public var keys: [String] { names }
    /// The values in the keys' order.
    public var values: [JSON] { contents }

    /// The member `key`; nil when there is none. Setting nil removes it.
    public subscript(key: String) -> JSON? {
        get { position(of: key).map { contents[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let at?, let value?): contents[at] = value
            case (let at?, nil): remove(at: at)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return names.firstIndex(of: key)
    }

    private mutating func append(_ key: String, _ value: JSON) {
        names.append(key)
        contents.append(value)
        if index != nil {
            index![key] = names.count - 1
        } else if names.count > Self.indexedFrom {
            reindex()
        }
    }

    private mutating func remove(at position: Int) {
        names.remove(at: position)
        contents.remove(at: position)
        if index != nil { reindex() }
    }

    private mutating func reindex() {
        index = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }
}

extension JSONObject: Sequence {
    /// The members in their order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
        var at = 0
        return AnyIterator {
            guard at < names.count else { return nil }
            defer { at += 1 }
            return (names[at], contents[at])
        }
    }
}

extension JSONObject: Hashable {
    /// Equal members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds a sum that does not depend on the order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object as written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
