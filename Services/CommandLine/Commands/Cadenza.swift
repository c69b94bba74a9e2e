public import CommandLineDomain

/// The program `cadenza`.
public enum Cadenza {
    static var commands: [any Command.Type] {
        [
            LintCommand.self, RunCommand.self, SimulateCommand.self, GraphCommand.self, BundleCommand.self,
            RegisterCommand.self, StartCommand.self, StatusCommand.self, WhyCommand.self, HistoryCommand.self,
            CancelCommand.self, MigrateCommand.self, LettersListCommand.self, LettersShowCommand.self,
            LettersEditCommand.self, LettersCheckCommand.self, LettersRedriveCommand.self, LettersDiscardCommand.self,
            IncidentsCommand.self,
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
        guard let command = command(arguments) else { return unknown(word, arguments.dropFirst().first, console) }
        let name = command.form.name
        do {
            let count = name.split(separator: " ").count
            let values = try ArgumentValues(Array(arguments.dropFirst(count)), of: command.form)
            if values.wantsHelp {
                console.print(HelpText.page(command.form))
                return .done
            }
            return try await command.run(values, console)
        } catch let error as UsageError {
            let hint = error.command == nil ? "" : "\n\(HelpText.usage(command.form))\nSee: cadenza \(name) --help"
            console.note("cadenza \(name): \(error)\(hint)")
            return .usage
        } catch let error as CommandFailure {
            console.note("cadenza \(name): \(error)")
            return error.status
        } catch {
            console.note("cadenza \(name): \(error)")
            return .negative
        }
    }

    /// The command whose words the arguments begin with.
    private static func command(_ arguments: [String]) -> (any Command.Type)? {
        commands.first { arguments.starts(with: $0.form.name.split(separator: " ").map(String.init)) }
    }

    /// Tells of a word that is no command, or of a family of commands when `word` is one and `next` none of it.
    private static func unknown(_ word: String, _ next: String?, _ console: Console) -> ExitStatus {
        let family = commands.map { $0.form }.filter { $0.name.hasPrefix(word + " ") }
        if !family.isEmpty, next == nil || ["--help", "-h", "help"].contains(next) {
            (next == nil ? console.note : console.print)(HelpText.family(word, family))
            return next == nil ? .usage : .done
        }
        let wrong = family.isEmpty ? word : "\(word) \(next ?? "")"
        let near = UsageError.nearest(wrong, commands.map { $0.form.name }).map { "; did you mean \($0)?" } ?? ""
        console.note(
            "cadenza: there is no command \(wrong)\(near)\nSee: cadenza \(family.isEmpty ? "" : word + " ")--help")
        return .usage
    }
}
