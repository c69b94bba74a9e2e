/// What is played: a seed, and what is left out of it.
struct Setting: CustomStringConvertible {
    var seed: UInt64
    /// Kinds of sins that do not happen.
    var without: Set<Sins.Kind> = []
    /// Sins at most.
    var mostSins = 60
    /// Executions at most.
    var executions: Int?

    /// The arguments that play it again.
    var description: String {
        var text = "--seed \(seed)"
        if mostSins != 60 { text += " --sins \(mostSins)" }
        if let executions { text += " --executions \(executions)" }
        if !without.isEmpty { text += " --without \(without.map(\.rawValue).sorted().joined(separator: ","))" }
        return text
    }
}
