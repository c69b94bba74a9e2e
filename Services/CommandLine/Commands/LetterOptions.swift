import CommandLineDomain
import Core

/// What several commands about dead letters take.
enum LetterOptions {
    /// Which letters are meant.
    static let filter: [CommandForm.Option] = [
        .init("topic", "TOPIC", "Only those of a topic, with or without the installation's prefix."),
        .init("service", "SERVICE", "Only those that died in a service, such as orchestrator."),
        .init("code", "CODE", "Only those that died of a code, such as MS0002."),
        .init("since", "TIME", "Only those that died then or later: 2026-01-31T08:00:00Z."),
        .init("until", "TIME", "Only those that died before then."),
    ]

    /// What is changed about a message.
    static let edit: [CommandForm.Option] = [
        .init("header", "NAME=VALUE", "Sets a header, such as ce_type.", repeats: true),
        .init("drop-header", "NAME", "Takes a header away.", repeats: true),
        .init("body", "JSON", "The new body, JSON or YAML, or @FILE; written by its schema where it has one."),
        .init("text", "TEXT", "The new body as it is, or @FILE."),
        .init("hex", "DIGITS", "The new body in hexadecimal."),
    ]

    /// The filter's parts that were given.
    static func parts(_ arguments: ArgumentValues) -> [(String, String)] {
        filter.compactMap { option in arguments[option.name].map { (option.name, $0) } }
    }

    /// The edit as the API takes it. Throws `UsageError`.
    static func edit(_ arguments: ArgumentValues) throws(UsageError) -> JSONObject {
        var headers = JSONObject()
        for text in arguments.all("header") {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw UsageError("expected NAME=VALUE, found \(text)")
            }
            headers[String(text[..<sign])] = .string(String(text[text.index(after: sign)...]))
        }
        for name in arguments.all("drop-header") { headers[name] = .null }
        var edit = JSONObject()
        if !headers.isEmpty { edit["headers"] = .object(headers) }
        if ["body", "text", "hex"].filter({ arguments.has($0) }).count > 1 {
            throw UsageError("--body, --text and --hex: only one of them")
        }
        if let text = arguments["body"] { edit["body"] = ["json": try InputFile.value(text, "--body")] }
        if let text = arguments["text"] {
            let content = text.hasPrefix("@") ? try InputFile.text(String(text.dropFirst())) : text
            edit["body"] = ["text": .string(content)]
        }
        if let digits = arguments["hex"] { edit["body"] = ["hex": .string(digits)] }
        return edit
    }
}
