public import Core

/// Reads settings by name from the environment and, where that has none, from a file; collects every fault instead of
/// stopping at the first, and remembers what was asked so that `--help` cannot drift from the code.
///
/// A faulty setting yields its default, or an empty value, so that reading goes on; `finish` then throws.
public struct ConfigurationReader: Sendable {
    /// All settings begin so.
    public static let prefix = "CADENZA_"

    private struct Setting: Sendable {
        let name: String
        let kind: String
        let fallback: String?
        let isRequired: Bool
        let help: String
    }

    private let environment: [String: String]
    private let file: JSONObject
    private var settings: [Setting] = []
    private var faults: [ConfigurationError.Fault] = []

    /// Reads from these. The file is one flat object of settings by name; texts, numbers and truth values are taken.
    public init(environment: [String: String], file: JSON? = nil) {
        self.environment = environment
        self.file = file?.object ?? JSONObject()
        if let file, file.object == nil {
            fault("CADENZA_CONFIG_FILE", "holds \(file.kind); expected one object of settings by name")
        }
    }

    // MARK: - Kinds of settings. Without a default a setting is required.

    /// A text.
    public mutating func string(_ name: String, default fallback: String? = nil, help: String = "") -> String {
        read(name, "text", fallback, help, "") { $0 } ?? fallback ?? ""
    }

    /// A text, or nil when it is not set.
    public mutating func optionalString(_ name: String, help: String = "") -> String? {
        read(name, "text", nil, help, "", isRequired: false) { $0 }
    }

    /// A whole number within `range`.
    public mutating func int(
        _ name: String, in range: ClosedRange<Int> = 0...Int.max, default fallback: Int? = nil, help: String = ""
    ) -> Int {
        let bounds =
            range.upperBound == .max ? "from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        let value = read(name, "number, \(bounds)", fallback.map(String.init), help, "a whole number, \(bounds)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
        return value ?? fallback ?? range.lowerBound
    }

    /// A decimal number within `range`.
    public mutating func double(
        _ name: String, in range: ClosedRange<Double>, default fallback: Double? = nil, help: String = ""
    ) -> Double {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        let value = read(name, "number, \(bounds)", fallback.map { "\($0)" }, help, "a number, \(bounds)") {
            Double($0).flatMap { range.contains($0) ? $0 : nil }
        }
        return value ?? fallback ?? range.lowerBound
    }

    /// A time span: ISO 8601 (`PT30S`) or short (`500ms`, `30s`, `5m`, `2h`).
    public mutating func duration(_ name: String, default fallback: Duration? = nil, help: String = "") -> Duration {
        read(name, "duration", fallback?.iso8601, help, "a duration such as PT30S, 500ms or 5m", Self.duration)
            ?? fallback ?? .zero
    }

    /// `true` or `false` (also 1/0, yes/no, on/off).
    public mutating func bool(_ name: String, default fallback: Bool? = nil, help: String = "") -> Bool {
        let value: Bool? = read(name, "true|false", fallback.map { "\($0)" }, help, "true or false") { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: nil
            }
        }
        return value ?? fallback ?? false
    }

    /// One of an enum's raw values.
    public mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Value, help: String = ""
    ) -> Value where Value.RawValue == String {
        let all = Value.allCases.map(\.rawValue)
        return read(
            name, all.joined(separator: "|"), fallback.rawValue, help, "one of \(all.joined(separator: ", "))",
            Value.init(rawValue:)) ?? fallback
    }

    /// A `host:port`.
    public mutating func endpoint(_ name: String, default fallback: String? = nil, help: String = "") -> Endpoint {
        read(name, "host:port", fallback, help, "host:port", Endpoint.init)
            ?? fallback.flatMap(Endpoint.init) ?? Endpoint(host: "", port: 0)
    }

    /// A secret text: never printed, neither in help nor in faults.
    public mutating func secret(_ name: String, default fallback: Secret? = nil, help: String = "") -> Secret {
        read(name, "secret", fallback.map { "\($0)" }, help, "") { Secret($0) } ?? fallback ?? Secret("")
    }

    /// A secret text, or nil when it is not set.
    public mutating func optionalSecret(_ name: String, help: String = "") -> Secret? {
        read(name, "secret", nil, help, "", isRequired: false) { Secret($0) }
    }

    /// All secret texts whose names begin so, by their full names: for settings whose names others choose.
    public mutating func secrets(beginning prefix: String, help: String = "") -> [String: Secret] {
        settings.append(Setting(name: prefix + "…", kind: "secret", fallback: nil, isRequired: false, help: help))
        var secrets: [String: Secret] = [:]
        for name in Set(environment.keys).union(file.keys).sorted() where name.hasPrefix(prefix) {
            secrets[name] = optionalSecret(name)
        }
        return secrets
    }

    /// Adds a fault that only the caller can see, such as two settings that exclude each other.
    public mutating func fault(_ name: String, _ problem: String) {
        faults.append(ConfigurationError.Fault(name: name, problem: problem))
    }

    // MARK: - Results

    /// Throws all faults at once: missing and malformed settings, and settings of the file that nothing asked for.
    public func finish() throws(ConfigurationError) {
        let known = Set(settings.map(\.name))
        let unknown = file.keys.filter { !known.contains($0) }.map { name in
            ConfigurationError.Fault(name: name, problem: "is not a setting of this program; --help lists them")
        }
        if !(faults + unknown).isEmpty { throw ConfigurationError(faults: faults + unknown) }
    }

    /// The settings asked for so far, for `--help`: names, kinds, defaults and what they do.
    public var described: String {
        settings.map { setting in
            let fallback = setting.fallback.map { "default \($0.isEmpty ? "empty" : $0)" }
            let need = fallback ?? (setting.isRequired ? "required" : "optional")
            return "  \(setting.name)  (\(setting.kind); \(need))"
                + (setting.help.isEmpty ? "" : "\n      \(setting.help)")
        }.joined(separator: "\n")
    }

    private mutating func read<Value>(
        _ name: String, _ kind: String, _ fallback: String?, _ help: String, _ expected: String,
        isRequired: Bool = true, _ parse: (String) -> Value?
    ) -> Value? {
        if !settings.contains(where: { $0.name == name }) {
            let needs = isRequired && fallback == nil
            settings.append(Setting(name: name, kind: kind, fallback: fallback, isRequired: needs, help: help))
        }
        guard let text = text(of: name), !text.isEmpty else {
            if isRequired, fallback == nil { fault(name, "is missing; expected \(expected.isEmpty ? kind : expected)") }
            return nil
        }
        if let value = parse(text) { return value }
        let shown = kind == "secret" ? "its value" : "\"\(text.prefix(60))\""
        fault(name, "\(shown) is not \(expected)")
        return nil
    }

    /// The text of a setting; empty in the environment counts as not set there.
    private func text(of name: String) -> String? {
        if let text = environment[name], !text.isEmpty { return text }
        switch file[name] {
        case .string(let text): return text
        case .none, .null: return nil
        case .some(let value): return value.text()
        }
    }

    private static func duration(_ text: String) -> Duration? {
        if let duration = Duration(iso8601: text) { return duration }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count < 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3600)
        default: return nil
        }
    }
}
