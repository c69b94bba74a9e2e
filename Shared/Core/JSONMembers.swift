/// The members of an object, in one piece of memory.
final class JSONMembers: ManagedBuffer<JSONMembers.Header, JSONMembers.Member> {
    struct Header {
        var count: Int
        var capacity: Int
        /// Positions by key, once there are many.
        var index: [ExactKey: Int]?
    }

    struct Member {
        let key: String
        var value: JSON
        /// The key's bytes: most keys differ in that, and a number is read without counting references.
        let length: UInt32

        init(key: String, value: JSON) {
            (self.key, self.value) = (key, value)
            length = UInt32(truncatingIfNeeded: key.utf8.count)
        }
    }

    /// A key by its bytes: texts that are equal for people only are two keys.
    struct ExactKey: Hashable {
        let text: String

        static func == (left: ExactKey, right: ExactKey) -> Bool {
            left.text.utf8.count == right.text.utf8.count && left.text == right.text
        }
    }

    /// Objects up to this size are searched in line; larger ones keep an index.
    private static let indexedFrom = 16

    static func make(capacity: Int) -> JSONMembers {
        let made = create(minimumCapacity: capacity) { _ in Header(count: 0, capacity: capacity) }
        return unsafeDowncast(made, to: JSONMembers.self)
    }

    deinit { _ = withUnsafeMutablePointers { $1.deinitialize(count: $0.pointee.count) } }

    /// The first member; the others follow it. The pointer is good as long as somebody refers to this.
    var first: UnsafeMutablePointer<Member> { withUnsafeMutablePointerToElements { $0 } }

    /// Where the header is: by pointer, since checks of exclusive access would cost more than what they guard.
    private var head: UnsafeMutablePointer<Header> { withUnsafeMutablePointerToHeader { $0 } }

    var count: Int { head.pointee.count }
    var room: Int { head.pointee.capacity }

    func position(of key: String) -> Int? {
        if head.pointee.index != nil { return head.pointee.index?[ExactKey(text: key)] }
        let (first, count) = (first, count)
        let length = UInt32(truncatingIfNeeded: key.utf8.count)
        for at in 0..<count where first[at].length == length {
            if first[at].key == key { return at }
        }
        return nil
    }

    /// Adds a member for which there is room.
    func append(_ member: Member) {
        let at = count
        (first + at).initialize(to: member)
        head.pointee.count = at + 1
        if head.pointee.index != nil {
            head.pointee.index?[ExactKey(text: member.key)] = at
        } else if at >= Self.indexedFrom {
            reindex()
        }
    }

    func remove(at position: Int) {
        let (member, rest) = (first + position, head.pointee.count - position - 1)
        member.deinitialize(count: 1)
        member.moveInitialize(from: member + 1, count: rest)
        head.pointee.count -= 1
        if head.pointee.index != nil { reindex() }
    }

    /// Copies all members; this has none yet, and room for them.
    func copy(_ other: JSONMembers) {
        first.initialize(from: other.first, count: other.head.pointee.count)
        (head.pointee.count, head.pointee.index) = (other.head.pointee.count, other.head.pointee.index)
    }

    /// Moves all members here; this has none yet, and room for them.
    func take(from other: JSONMembers) {
        first.moveInitialize(from: other.first, count: other.head.pointee.count)
        (head.pointee.count, head.pointee.index) = (other.head.pointee.count, other.head.pointee.index)
        (other.head.pointee.count, other.head.pointee.index) = (0, nil)
    }

    private func reindex() {
        var index: [ExactKey: Int] = [:]
        index.reserveCapacity(head.pointee.capacity)
        for at in 0..<count { index[ExactKey(text: first[at].key)] = at }
        head.pointee.index = index
    }
}
