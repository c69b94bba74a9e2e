import Core

/// Everything that one run measured.
struct Report: Sendable {
    /// Lines that belong together.
    struct Section: Sendable {
        var key: String
        var title: String
        var figures: [Figure]
    }

    var machine: MachineFacts
    /// Its version and what it promises about commits.
    var postgres: String
    /// How the measured programs were built, and how this one was.
    var stackBuild: String
    var benchBuild: String
    var sections: [Section] = []
    /// What makes the figures worthless.
    var faults: [String] = []

    /// For people.
    var table: String {
        let figures = sections.flatMap(\.figures)
        let title = figures.map(\.title.count).max() ?? 0
        let value = figures.map { Figure.text($0.value).count }.max() ?? 0
        let unit = figures.map(\.unit.count).max() ?? 0
        var lines = [
            "", "Cadenza on \(machine.summary)",
            "Services: \(stackBuild) build. Benchmark: \(benchBuild) build. \(postgres).",
        ]
        if stackBuild != "release" {
            lines.append("Only a release build of the services says how fast the product is.")
        }
        for section in sections {
            lines += ["", section.title]
            for figure in section.figures {
                let number = Figure.text(figure.value)
                var line = "  " + figure.title + Self.gap(title - figure.title.count + 2)
                line += Self.gap(value - number.count) + number
                if !figure.unit.isEmpty { line += " " + figure.unit }
                if let ratio = figure.ratio {
                    line += Self.gap(unit - figure.unit.count + 3) + "= \(Figure.text(ratio.value)) × \(ratio.to)"
                }
                lines.append(line)
            }
        }
        if !faults.isEmpty { lines += ["", "NOT TO BE TRUSTED:"] + faults.map { "  " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func gap(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// For programs.
    var json: JSON {
        var body: JSONObject = [
            "machine": machine.json, "postgres": .string(postgres), "stackBuild": .string(stackBuild),
            "benchBuild": .string(benchBuild),
        ]
        for section in sections {
            body[section.key] = .object(JSONObject(section.figures.map { ($0.key, Self.json($0)) }))
        }
        body["faults"] = .array(faults.map { .string($0) })
        return .object(body)
    }

    private static func json(_ figure: Figure) -> JSON {
        var body: JSONObject = ["value": .number(figure.value), "unit": .string(figure.unit)]
        if let ratio = figure.ratio {
            body["ratio"] = .number(ratio.value)
            body["ratioTo"] = .string(ratio.to)
        }
        return .object(body)
    }
}
