/// A task run's id in its parts: `<execution id>:<number>`.
public struct TaskIdentity: Sendable, Hashable {
    /// The execution.
    public let executionID: String
    /// The run's number in it, from 1.
    public let number: Int

    /// Reads a task id; nil when it is none.
    public init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), colon != text.startIndex,
            let number = Int(text[text.index(after: colon)...]), number > 0
        else { return nil }
        (executionID, self.number) = (String(text[..<colon]), number)
    }
}
