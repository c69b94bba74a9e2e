public import CommandLineDomain

/// The program `cadenza`.
public enum Cadenza {
    static var commands: [any Command.Type] {
        [
            LintCommand.self, RunCommand.self, SimulateCommand.self, GraphCommand.self, BundleCommand.self,
            RegisterCommand.self, StartCommand.self, StatusCommand.self, WhyCommand.self, HistoryCommand.self,
            CancelCommand.self,
            MigrateCommand.self,
        ]
    }

    /// Carries out the command that `arguments` (without the program's name) begin with. Never throws: what is wrong
    /// is noted and told by the status.
    public static func run(_ arguments: [String], _ console: Console) async -> ExitStatus {
        guard let word = arguments.first else {
            console.note(HelpText.overview(commands.map { $0.form }))
            return .usage
        }
        if ["--help", "-h", "help"].contains(word) {
            console.print(HelpText.overview(commands.map { $0.form }))
            return .done
        }
        guard let command = commands.first(where: { $0.form.name == word }) else {
            let near = UsageError.nearest(word, commands.map { $0.form.name }).map { "; did you mean \($0)?" } ?? ""
            console.note("cadenza: there is no command \(word)\(near)\nSee: cadenza --help")
            return .usage
        }
        do {
            let values = try ArgumentValues(Array(arguments.dropFirst()), of: command.form)
            if values.wantsHelp {
                console.print(HelpText.page(command.form))
                return .done
            }
            return try await command.run(values, console)
        } catch let error as UsageError {
            let hint = error.command == nil ? "" : "\n\(HelpText.usage(command.form))\nSee: cadenza \(word) --help"
            console.note("cadenza \(word): \(error)\(hint)")
            return .usage
        } catch let error as CommandFailure {
            console.note("cadenza \(word): \(error)")
            return error.status
        } catch {
            console.note("cadenza \(word): \(error)")
            return .negative
        }
    }
}
