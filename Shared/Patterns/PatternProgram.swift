/// A pattern as instructions. Registers hold positions and counts: two for the match, two for each group, then those
/// of loops, lookarounds and atomic groups.
struct PatternProgram: Sendable {
    /// What takes one scalar.
    enum Unit: Sendable {
        case scalar(UInt32)
        /// A folded scalar, whatever the case.
        case folded(UInt32)
        /// A set by its place in `sets`.
        case set(Int)
    }

    enum Instruction: Sendable {
        case unit(Unit, backward: Bool)
        /// A unit again and again, without an entry on the stack for each time.
        case run(Unit, PatternTree.Repetition, backward: Bool)
        case jump(Int)
        /// Goes on at the first; the second is tried if that fails.
        case split(Int, Int)
        /// The position into a register.
        case save(Int)
        case clear(Int)
        case increment(Int)
        /// A loop that counts in a register: on to the next instruction for one more time, or to `exit`.
        case loop(register: Int, PatternTree.Repetition, exit: Int)
        /// To `exit` if nothing was taken since the register was saved.
        case leaveIfEmpty(register: Int, exit: Int)
        case anchor(PatternTree.Anchor)
        case backreference([Int], ignoresCase: Bool, backward: Bool)
        /// The height of the stack into a register.
        case mark(Int)
        /// Gives up the alternatives since the mark.
        case cut(Int)
        /// The height of the stack and the position into two registers.
        case look(Int)
        /// Gives up the alternatives since the mark and goes back to the position.
        case lookDone(Int)
        /// As `look`; if what follows fails, on to the second.
        case lookAgainst(Int, Int)
        /// What must not match did.
        case lookFailed(Int)
        case keep
        case match
    }

    var instructions: [Instruction] = []
    var sets: [ScalarSet] = []
    let groups: Int
    var registers: Int
    /// Whether a match can only begin where the text does.
    var isAnchored = false
    /// The scalar that every match begins with, if there is one.
    var firstScalar: UInt32?
    /// Whether a group that took no part refers to nothing, or fails.
    let unsetMatchesEmpty: Bool
    let options: PatternOptions
}
