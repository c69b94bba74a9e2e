/// The compact text of an object, written member by member: for what is only sent on, so that no value is built first.
///
/// Names are the caller's: of two members with one name both are written.
public struct JSONObjectText: Sendable {
    private var writer = JSONWriter(layout: .compact)

    /// An object without members, with room for so many bytes.
    public init(capacity: Int = 0) {
        writer.out.reserveCapacity(capacity)
        writer.out.append(UInt8(ascii: "{"))
    }

    /// Adds a member.
    public mutating func add(_ name: String, _ value: JSON) {
        begin(name)
        writer.write(value, level: 0)
    }

    /// Adds a member that is a string.
    public mutating func add(_ name: String, _ text: String) {
        begin(name)
        writer.write(text)
    }

    /// Adds a member whose value's text is known; it is not looked at.
    public mutating func add(_ name: String, text: [UInt8]) {
        begin(name)
        writer.out += text
    }

    /// Adds a member that is an object.
    public mutating func add(_ name: String, _ object: JSONObjectText) {
        begin(name)
        writer.out += object.writer.out
        writer.out.append(UInt8(ascii: "}"))
    }

    /// The text as UTF-8.
    public consuming func bytes() -> [UInt8] {
        writer.out.append(UInt8(ascii: "}"))
        return writer.out
    }

    private mutating func begin(_ name: String) {
        divide()
        writer.write(name)
        writer.out.append(UInt8(ascii: ":"))
    }

    private mutating func divide() {
        if writer.out.count > 1 { writer.out.append(UInt8(ascii: ",")) }
    }
}
