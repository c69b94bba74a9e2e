/// A word of a program.
struct Token {
    enum Kind: Equatable {
        /// A name, perhaps a keyword; `::` is not part of names here.
        case name(String)
        /// `.name` or `."text"` begins with this; the name follows without its dot.
        case field(String)
        /// `$name`
        case variable(String)
        /// `$__loc__`, with its line, from 1.
        case location(Int)
        /// `@name`
        case format(String)
        case number(Double, text: String)
        case string([StringPart])
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    /// A piece of a string: text, or the tokens of an interpolated program.
    enum StringPart: Equatable {
        case text(String)
        case program([Token])
    }

    var kind: Kind
    /// In bytes.
    var offset: Int
}

extension Token: Equatable {
    static func == (left: Token, right: Token) -> Bool { left.kind == right.kind }
}
