/// The arguments of one command, read.
public struct ArgumentValues: Sendable, Hashable {
    /// What stood without a name, in order.
    public var operands: [String] = []
    private var given: [String: [String]] = [:]
    /// Whether help was asked for; nothing else was checked then.
    public var wantsHelp = false

    /// The last value of `--name`; nil when it was not given.
    public subscript(name: String) -> String? { given[name]?.last }

    /// All values of `--name`, in order.
    public func all(_ name: String) -> [String] { given[name] ?? [] }

    /// Whether `--name` was given.
    public func has(_ name: String) -> Bool { given[name] != nil }

    /// Reads `arguments`, which follow the command's word. `--name value` and `--name=value` are the same; after `--`
    /// nothing is a name. Throws `UsageError`.
    public init(_ arguments: [String], of form: CommandForm) throws(UsageError) {
        var rest = arguments[...]
        var onlyOperands = false
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                wantsHelp = true
                return
            }
            if argument == "--", !onlyOperands {
                onlyOperands = true
            } else if argument.hasPrefix("--"), !onlyOperands {
                try take(option: argument.dropFirst(2), &rest, form)
            } else if argument.hasPrefix("-"), argument.count > 1, !onlyOperands {
                throw UsageError("\(argument) is no option: names have two dashes", command: form.name)
            } else {
                operands.append(argument)
            }
        }
        try check(form)
    }

    private mutating func take(
        option text: Substring, _ rest: inout ArraySlice<String>, _ form: CommandForm
    ) throws(UsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = form.options.first(where: { $0.name == name }) else {
            let near = UsageError.nearest(name, form.options.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
            throw UsageError("there is no option --\(name)\(near)", command: form.name)
        }
        if given[name] != nil, !option.repeats {
            throw UsageError("--\(name) stands twice", command: form.name)
        }
        guard let value = option.value else {
            if parts.count > 1 { throw UsageError("--\(name) takes no value", command: form.name) }
            given[name] = []
            return
        }
        if parts.count > 1 {
            given[name, default: []].append(String(parts[1]))
        } else if let next = rest.popFirst() {
            given[name, default: []].append(next)
        } else {
            throw UsageError("--\(name) needs a value: \(value)", command: form.name)
        }
    }

    private func check(_ form: CommandForm) throws(UsageError) {
        let needed = form.operands.filter { !$0.isOptional }.count
        if operands.count < needed {
            throw UsageError("\(form.operands[operands.count].name) is missing", command: form.name)
        }
        if operands.count > form.operands.count, form.operands.last?.repeats != true {
            throw UsageError("\(operands[form.operands.count]) is one argument too many", command: form.name)
        }
    }
}
