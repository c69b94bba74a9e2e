/// What `--help` prints.
public enum HelpText {
    /// All commands in a few lines.
    public static func overview(_ commands: [CommandForm]) -> String {
        let width = (commands.map(\.name.count).max() ?? 0) + 2
        var lines = ["Durable workflows: write them, try them, run them.", "", "  cadenza COMMAND …", ""]
        lines += commands.map { "  \(padded($0.name, width))\($0.summary)" }
        lines += ["", "Begin with: cadenza lint FILE, then cadenza run FILE --virtual.", ""]
        lines += ["`cadenza COMMAND --help` explains one of them.", "", exits]
        return lines.joined(separator: "\n")
    }

    /// The commands that begin with the same word.
    public static func family(_ word: String, _ commands: [CommandForm]) -> String {
        let width = (commands.map(\.name.count).max() ?? 0) + 2
        let lines = commands.map { "  \(padded($0.name, width))\($0.summary)" }
        return
            (["cadenza \(word) …", ""] + lines + ["", "`cadenza \(word) … --help` explains one of them.", "", exits])
            .joined(separator: "\n")
    }

    /// One command.
    public static func page(_ form: CommandForm) -> String {
        var lines = [form.summary, "", "  " + usage(form)]
        if !form.discussion.isEmpty { lines += ["", form.discussion] }
        if !form.operands.isEmpty {
            lines += ["", "Arguments:"] + table(form.operands.map { ($0.name, $0.help) })
        }
        let options = form.options.map { option in
            ("--" + option.name + (option.value.map { " " + $0 } ?? ""), option.help)
        }
        lines += ["", "Options:"] + table(options + [("--help", "This page.")])
        if !form.examples.isEmpty {
            lines += ["", "Examples:"]
            for example in form.examples { lines += ["  \(example.line)", "      \(example.meaning)"] }
        }
        return (lines + ["", exits]).joined(separator: "\n")
    }

    /// `cadenza run FILE [options]`
    public static func usage(_ form: CommandForm) -> String {
        var words = ["cadenza", form.name]
        words += form.operands.map { operand in
            let name = operand.name + (operand.repeats ? "…" : "")
            return operand.isOptional ? "[\(name)]" : name
        }
        if !form.options.isEmpty { words.append("[options]") }
        return words.joined(separator: " ")
    }

    private static let exits =
        "Exit status: 0 done; 1 the answer is no (faults found, the execution failed, an invariant broke);\n"
        + "2 wrong arguments or unreadable files; 3 the execution waits and nobody will move it on;\n"
        + "4 the API cannot be reached or refused."

    private static func table(_ rows: [(String, String)]) -> [String] {
        let width = min(28, (rows.map(\.0.count).max() ?? 0) + 2)
        return rows.map { name, help in
            name.count + 2 <= width
                ? "  " + padded(name, width) + help : "  " + name + "\n  " + padded("", width) + help
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
