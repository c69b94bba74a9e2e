/// A command that may be started as an MCP server, as an operator writes it: `TOKEN= python3 /opt/mcp/claims.py`.
public struct LocalServerRule: Sendable, Hashable {
    /// The variables that a call may set. Others could make the command run what is not its own.
    public let variables: Set<String>
    /// The words with which a call's command and arguments must begin.
    public let command: [String]

    /// Reads words between spaces: names of variables, each with `=` after it, then the command. Nil without a command.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let names = words.prefix { $0.hasSuffix("=") }
        variables = Set(names.map { String($0.dropLast()) })
        command = Array(words.dropFirst(names.count))
        if command.isEmpty { return nil }
    }

    func allows(_ work: ProcessFunction.Work) -> Bool {
        work.command.starts(with: command) && variables.isSuperset(of: work.environment.keys)
    }
}
