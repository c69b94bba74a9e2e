import Glibc

/// The command line.
struct Arguments {
    private var values: [String: String] = [:]

    init(_ arguments: [String]) {
        var at = 1
        while at < arguments.count {
            let name = arguments[at]
            let hasValue = at + 1 < arguments.count && !arguments[at + 1].hasPrefix("--")
            values[name] = hasValue ? arguments[at + 1] : ""
            at += hasValue ? 2 : 1
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func text(_ name: String) -> String? { values[name] }
    func number(_ name: String) -> Int? { values[name].flatMap(Int.init) }

    /// The setting that is asked for, of a seed.
    func setting(_ seed: UInt64) -> Setting {
        var setting = Setting(seed: seed)
        if let sins = number("--sins") { setting.mostSins = sins }
        setting.executions = number("--executions")
        setting.without = Set(
            (values["--without"] ?? "").split(separator: ",").compactMap { Sins.Kind(rawValue: String($0)) })
        return setting
    }
}
