/// What the command line asks for.
struct Options: Sendable {
    /// How large the workloads are.
    var sizes = Sizes()
    /// The names of those to run; all when empty.
    var only: [String] = []
    /// Requests under way while submitting at once.
    var clients = 32
    /// How long each raw limit is measured.
    var seconds = 2
    /// The stack's run folder, for the CPU time and memory of its processes; nil leaves that out.
    var run: String?
    /// `docker/local/stack` with its options, for workloads that end services; nil leaves these out.
    var stack: String?
    /// How the stack's programs were built, for the report.
    var build = "unknown"
    /// Where the figures are written to as JSON.
    var json: String?
    /// Only the raw limits.
    var isLimitsOnly = false

    static let help = """
        cadenza-bench: one table of what a running stack does beside its aims and the raw limits of the same machine.

          --only W1a,W3   these workloads (\(Workloads.all.map { $0.name }.joined(separator: " ")))
          --quick         small sizes, to see that the benchmark itself works; says nothing about the product
          --scale X       all counts times X (1)
          --executions N  W1b and W5: executions at once (2000)
          --alone N       W1b: executions one at a time (100)
          --history N     W5: finished executions behind it (1000000)
          --waiting N     W6: executions that wait for an event (100000)
          --flood N       Fair: tasks of the tenant that floods (50000)
          --clients N     requests under way while submitting at once (32)
          --seconds N     length of each raw limit's measurement (2)
          --limits        the raw limits only
          --json FILE     the figures for programs, beside the table
          --run FOLDER    the stack's run folder, to measure its processes
          --build NAME    how the stack was built, for the report

        Addresses come from the environment, as `docker/local/stack env` prints them; CADENZA_BENCH_STACK is the command
        that starts parts of the stack. benchmarks/run does all of it. Aims that are missed do not change the exit code;
        work that was lost or done twice does.
        """

    /// Reads the arguments; nil when help is asked for. Throws `BenchError`.
    init?(_ arguments: [String]) throws(BenchError) {
        if arguments.contains("--quick") { sizes = .quick }
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--help", "-h": return nil
            case "--quick": seconds = 1
            case "--limits": isLimitsOnly = true
            case "--only": only = try Self.workloads(Self.text(name, rest.popFirst()))
            case "--scale": sizes = sizes.scaled(by: try Self.factor(name, rest.popFirst()))
            case "--executions": sizes.together = try Self.number(name, rest.popFirst())
            case "--alone": sizes.alone = try Self.number(name, rest.popFirst())
            case "--history": sizes.history = try Self.number(name, rest.popFirst())
            case "--waiting": sizes.waiting = try Self.number(name, rest.popFirst())
            case "--flood": sizes.flood = try Self.number(name, rest.popFirst())
            case "--clients": clients = try Self.number(name, rest.popFirst())
            case "--seconds": seconds = try Self.number(name, rest.popFirst())
            case "--json": json = try Self.text(name, rest.popFirst())
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

    private static func number(_ name: String, _ value: String?) throws(BenchError) -> Int {
        guard let number = Int(try text(name, value)), number >= 1 else {
            throw BenchError("\(name) needs a whole number of at least 1")
        }
        return number
    }

    private static func factor(_ name: String, _ value: String?) throws(BenchError) -> Double {
        guard let factor = Double(try text(name, value)), factor > 0, factor <= 100 else {
            throw BenchError("\(name) needs a number above 0, at most 100")
        }
        return factor
    }

    private static func workloads(_ list: String) throws(BenchError) -> [String] {
        let names = list.split(separator: ",").map(String.init)
        let known = Workloads.all.map { $0.name }
        for name in names where !known.contains(name) {
            throw BenchError("no workload is called \(name); there are \(known.joined(separator: ", "))")
        }
        return names
    }
}
