/// What the command line asks for.
struct Options: Sendable {
    /// Executions submitted at once.
    var executions = 500
    /// Executions one at a time.
    var alone = 100
    /// Requests under way while submitting at once.
    var clients = 16
    /// How long each raw limit is measured.
    var seconds = 2
    /// The stack's run folder, for the CPU time of its processes; nil leaves that out.
    var run: String?
    /// How the stack's programs were built, for the report.
    var build = "unknown"
    /// Print JSON in place of the table.
    var printsJSON = false
    /// Only the raw limits.
    var isLimitsOnly = false

    static let help = """
        cadenza-bench: rates and latencies of a running stack beside the raw limits of the same machine.

          --executions N  executions submitted at once (500)
          --alone N       executions one at a time (100)
          --clients N     requests under way while submitting at once (16)
          --seconds N     length of each raw limit's measurement (2)
          --limits        the raw limits only
          --run FOLDER    the stack's run folder, to count the CPU time of its processes
          --build NAME    how the stack was built, for the report
          --json          JSON in place of the table

        Addresses come from the environment, as `docker/local/stack env` prints them. benchmarks/run does all of it.
        """

    /// Reads the arguments; nil when help is asked for. Throws `BenchError`.
    init?(_ arguments: [String]) throws(BenchError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--help", "-h": return nil
            case "--json": printsJSON = true
            case "--limits": isLimitsOnly = true
            case "--executions": executions = try Self.number(name, rest.popFirst(), from: 1)
            case "--alone": alone = try Self.number(name, rest.popFirst(), from: 1)
            case "--clients": clients = try Self.number(name, rest.popFirst(), from: 1)
            case "--seconds": seconds = try Self.number(name, rest.popFirst(), from: 1)
            case "--run": run = try Self.text(name, rest.popFirst())
            case "--build": build = try Self.text(name, rest.popFirst())
            default: throw BenchError("unknown argument \(name); see --help")
            }
        }
    }

    private static func text(_ name: String, _ value: String?) throws(BenchError) -> String {
        guard let value else { throw BenchError("\(name) needs a value") }
        return value
    }

    private static func number(_ name: String, _ value: String?, from least: Int) throws(BenchError) -> Int {
        guard let number = Int(try text(name, value)), number >= least else {
            throw BenchError("\(name) needs a whole number of at least \(least)")
        }
        return number
    }
}
