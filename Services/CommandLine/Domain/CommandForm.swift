/// What a command takes: enough to read its arguments and to explain them.
public struct CommandForm: Sendable, Hashable {
    /// An argument without a name.
    public struct Operand: Sendable, Hashable {
        /// How the help calls it, in capitals.
        public var name: String
        /// One sentence.
        public var help: String
        /// Whether there may be several.
        public var repeats: Bool
        /// Whether it may be left out.
        public var isOptional: Bool

        /// An operand that has to be there, once, unless told otherwise.
        public init(_ name: String, _ help: String, repeats: Bool = false, isOptional: Bool = false) {
            (self.name, self.help, self.repeats, self.isOptional) = (name, help, repeats, isOptional)
        }
    }

    /// An argument with a name.
    public struct Option: Sendable, Hashable {
        /// Without the dashes.
        public var name: String
        /// How the help calls its value, in capitals; nil for a switch.
        public var value: String?
        /// One sentence.
        public var help: String
        /// Whether it may be given several times.
        public var repeats: Bool

        /// A switch, or an option with a value.
        public init(_ name: String, _ value: String? = nil, _ help: String, repeats: Bool = false) {
            (self.name, self.value, self.help, self.repeats) = (name, value, help, repeats)
        }
    }

    /// A line to copy.
    public struct Example: Sendable, Hashable {
        /// The line.
        public var line: String
        /// What it does.
        public var meaning: String

        /// `line`, and what it does.
        public init(_ line: String, _ meaning: String) { (self.line, self.meaning) = (line, meaning) }
    }

    /// The command's word.
    public var name: String
    /// One sentence.
    public var summary: String
    /// Some more sentences, if needed.
    public var discussion: String
    /// What stands without a name, in order; only the last may repeat or be left out.
    public var operands: [Operand]
    /// What stands with a name, in any order.
    public var options: [Option]
    /// Lines to copy.
    public var examples: [Example]

    /// A command; every one also takes `--help`.
    public init(
        name: String, summary: String, discussion: String = "", operands: [Operand] = [], options: [Option] = [],
        examples: [Example] = []
    ) {
        (self.name, self.summary, self.discussion) = (name, summary, discussion)
        (self.operands, self.options, self.examples) = (operands, options, examples)
    }
}
