import CommandLineDomain

/// A command: one file each.
protocol Command {
    /// What it takes.
    static var form: CommandForm { get }
    /// Does it. Throws `UsageError` for wrong arguments and `CommandFailure` for what went wrong meanwhile.
    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus
}

/// What went wrong while a command was carried out.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String
    var status: ExitStatus
}
