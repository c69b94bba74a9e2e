public import Core

/// What commands print to, read from and know of their surroundings.
public struct Console: Sendable {
    /// Takes results: standard output. Each text is one or more whole lines, without the last line's end.
    public var print: @Sendable (String) -> Void
    /// Takes everything else: standard error.
    public var note: @Sendable (String) -> Void
    /// Whether notes go to somebody who sees colours.
    public var isColoured: Bool
    /// The environment.
    public var environment: [String: String]
    /// The clock of runs in real time.
    public var clock: any WallClock

    /// A console; the program's own is `Console.standard`.
    public init(
        print: @escaping @Sendable (String) -> Void, note: @escaping @Sendable (String) -> Void,
        isColoured: Bool = false, environment: [String: String] = [:], clock: any WallClock = SystemClock()
    ) {
        (self.print, self.note, self.isColoured) = (print, note, isColoured)
        (self.environment, self.clock) = (environment, clock)
    }

    /// A colour of the terminal.
    public enum Colour: String, Sendable {
        /// For what is wrong.
        case red = "31"
        /// For what is right.
        case green = "32"
        /// For what deserves a look.
        case yellow = "33"
        /// For what is beside the point.
        case grey = "90"
    }

    /// `text` in `colour`, where colours are seen.
    public func painted(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}
