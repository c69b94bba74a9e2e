import Core

/// How an evaluation leaves early.
indirect enum Signal: Error {
    /// An error that `try` can catch.
    case raised(JSON)
    /// `break` out of the label with this number.
    case leave(Int)
    /// The budget is used up; nothing catches that.
    case exhausted(EvaluationError)
    /// Came from what follows the `try` with this number, so that it is not its to catch.
    case downstream(Int, Signal)

    static func message(_ text: String) -> Signal { .raised(.string(text)) }
}

/// A value and where it stands, while paths are followed.
struct Place {
    enum Path {
        /// The value was made, not reached: it has no place.
        case lost
        case at([JSON])

        /// How many keys there are to copy for a place below.
        var length: Int { if case .at(let keys) = self { keys.count } else { 0 } }
    }

    var value: JSON
    var path: Path

    init(_ value: JSON, _ path: Path) { (self.value, self.path) = (value, path) }
}
