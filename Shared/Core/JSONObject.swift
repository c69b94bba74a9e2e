// Unchecked because the members are changed only through the one object that alone refers to them.
/// A JSON object: keys are unique and keep the order in which they came. Equality ignores the order.
public struct JSONObject: @unchecked Sendable {
    fileprivate var members: JSONMembers?

    /// An empty object.
    public init() {}

    /// An object of pairs; of equal keys the last wins, in the first one's place.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        reserve(pairs.underestimatedCount)
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members there are.
    public var count: Int { members?.count ?? 0 }
    /// Whether there are none.
    public var isEmpty: Bool { count == 0 }
    /// The keys in their order.
    public var keys: [String] { map(\.key) }
    /// The values in the keys' order.
    public var values: [JSON] { map(\.value) }

    /// The member `key`; nil when there is none. Setting nil removes it.
    public subscript(key: String) -> JSON? {
        get {
            guard let members, let at = members.position(of: key) else { return nil }
            return members.first[at].value
        }
        set {
            let at = members?.position(of: key)
            guard let newValue else {
                if let at { remove(at: at) }
                return
            }
            if let at {
                own(room: 0).first[at].value = newValue
            } else {
                own(room: 1).append(JSONMembers.Member(key: key, value: newValue))
            }
        }
    }

    /// Makes room for `count` members in all.
    public mutating func reserve(_ count: Int) {
        if count > self.count { _ = own(room: count - self.count) }
    }

    /// Adds a member without looking whether it is there: the caller knows that it is not.
    public mutating func append(_ key: String, _ value: JSON) {
        own(room: 1).append(JSONMembers.Member(key: key, value: value))
    }

    /// Reads the values where they are; the pointers are good during the call only.
    func withEachValue(_ body: (_ keyLength: Int, UnsafePointer<JSON>) -> Void) {
        guard let members else { return }
        let (first, count) = (members.first, members.count)
        for at in 0..<count {
            withUnsafePointer(to: &first[at].value) { value in body(Int(first[at].length), value) }
        }
    }

    private mutating func remove(at position: Int) {
        if count == 1 { members = nil } else { own(room: 0).remove(at: position) }
    }

    /// The members, of which nobody else has this copy, with room for more.
    private mutating func own(room: Int) -> JSONMembers {
        let needed = count + room
        let isOwn = isKnownUniquelyReferenced(&members)
        guard let old = members else {
            let made = JSONMembers.make(capacity: needed)
            members = made
            return made
        }
        if isOwn, old.room >= needed { return old }
        let grown = JSONMembers.make(capacity: room == 0 ? needed : Swift.max(needed, old.count * 2))
        if isOwn { grown.take(from: old) } else { grown.copy(old) }
        members = grown
        return grown
    }
}

extension JSONObject: Sequence {
    /// Walks the members in their order.
    public struct Iterator: IteratorProtocol {
        private let members: JSONMembers?
        private var at = 0

        init(_ members: JSONMembers?) { self.members = members }

        /// The next member; nil after the last.
        public mutating func next() -> (key: String, value: JSON)? {
            guard let members, at < members.count else { return nil }
            defer { at += 1 }
            return (members.first[at].key, members.first[at].value)
        }
    }

    /// The members in their order.
    public func makeIterator() -> Iterator { Iterator(members) }

    /// How many members there are.
    public var underestimatedCount: Int { count }
}

extension JSONObject: Hashable {
    /// Equal members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        if left.members === right.members { return true }
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

extension JSON {
    /// The value below the members `keys`, one inside the other: null where a member lacks or something is null. Nil
    /// when something on the way is neither object nor null.
    public func reached(by keys: [String]) -> JSON? {
        guard case .object(let object) = self else { return isNull || keys.isEmpty ? self : Optional.none }
        // The members found last: kept alive by `self`, so nothing on the way is retained or copied.
        var members = object.members.map(Unmanaged.passUnretained)
        for depth in 0..<keys.count {
            guard let own = members else { return .null }
            let found = own._withUnsafeGuaranteedRef { own in own.position(of: keys[depth]).map { own.first + $0 } }
            guard let found else { return .null }
            if depth == keys.count - 1 { return found.pointee.value }
            switch found.pointee.value {
            case .object(let inner): members = inner.members.map(Unmanaged.passUnretained)
            case .null: return .null
            default: return Optional.none
            }
        }
        return self
    }
}
