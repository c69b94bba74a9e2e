import CommandLineDomain
import Core
import Runner
import Workflow

/// What `run` and `simulate` have in common: the definitions, and what surrounds them.
struct PlayOptions {
    static let options: [CommandForm.Option] =
        [
            .init("input", "JSON|@FILE", "The input, in JSON or YAML; by default {}."),
            .init("stubs", "FILE", "Answers in place of functions; see docs/command-line.md."),
            .init("with", "FILE", "Another definition that may be run by name.", repeats: true),
            .init(
                "event", "[AFTER=]JSON|@FILE", "A CloudEvent, or a list of them, published AFTER the start.",
                repeats: true),
        ] + DefinitionFile.options

    /// The texts; the first is the one to run.
    let texts: [String]
    let definitions: [CompiledDefinition]
    let input: JSON
    let stubs: JSON
    let events: [(after: Duration, event: JSON)]
    let functions: StubTable

    /// Reads the files. Calls that no stub fits go to `otherwise`. Throws `UsageError`; faults of definitions are
    /// printed.
    init(
        _ arguments: ArgumentValues, _ console: Console, otherwise: (any CallPerformer)? = nil
    ) async throws(UsageError) {
        var (texts, definitions) = ([String](), [CompiledDefinition]())
        for name in [arguments.operands[0]] + arguments.all("with") {
            let file = try await DefinitionFile(name, arguments, console)
            let definition = try file.definition(console)
            definitions.append(definition)
            texts.append(file.wholeText(definition))
        }
        (self.texts, self.definitions) = (texts, definitions)
        input = try arguments["input"].map { text throws(UsageError) in try InputFile.value(text, "the input") } ?? [:]
        var events: [(after: Duration, event: JSON)] = []
        for argument in arguments.all("event") {
            let parsed = EventArgument(argument)
            let value = try InputFile.value(parsed.text, "the event")
            guard let more = EventArgument.events(value, after: parsed.after) else {
                throw UsageError("\(argument) is no CloudEvent: it needs a type")
            }
            events += more
        }
        self.events = events
        (stubs, functions) = try Self.table(arguments["stubs"], otherwise, console)
    }

    private static func table(
        _ name: String?, _ otherwise: (any CallPerformer)?, _ console: Console
    ) throws(UsageError) -> (JSON, StubTable) {
        let text = try name.map { name throws(UsageError) in try InputFile.text(name) } ?? "[]"
        do {
            let source = try DefinitionSource(parsing: Array(text.utf8))
            return (source.document, try StubTable(source: source, otherwise: otherwise))
        } catch {
            for fault in error.list { console.note(DefinitionFile.shown(fault, in: text, of: name ?? "", console)) }
            throw UsageError("\(name ?? "") is no file of stubs")
        }
    }
}
