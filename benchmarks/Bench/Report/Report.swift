import Core

/// Everything that one run measured.
struct Report: Sendable {
    /// Lines that belong together.
    struct Section: Sendable {
        var key: String
        var title: String
        var figures: [Figure]
        /// What makes them worthless: work that was lost or done twice, or that could not be measured.
        var faults: [String] = []
    }

    var machine: MachineFacts
    /// Its version and what it promises about commits.
    var postgres: String
    /// How the measured programs were built, and how this one was.
    var stackBuild: String
    var benchBuild: String
    var sections: [Section] = []

    /// What makes the figures worthless.
    var faults: [String] { sections.flatMap { section in section.faults.map { "\(section.key): \($0)" } } }

    /// For people.
    var table: String {
        var lines = [
            "", "Cadenza on \(machine.summary)",
            "Services: \(stackBuild) build. Benchmark: \(benchBuild) build. \(postgres).",
        ]
        if stackBuild != "release" {
            lines.append("Only a release build of the services says how fast the product is.")
        }
        lines += rows
        if !faults.isEmpty { lines += ["", "NOT TO BE TRUSTED:"] + faults.map { "  " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Name, figure, aim and whether it is met, ratio; in columns.
    private var rows: [String] {
        let figures = sections.flatMap(\.figures)
        let cells = figures.map { figure in
            let aim = figure.aim.map { "\($0.text) \($0.isMet(by: figure.value) ? "✓" : "✗")" } ?? ""
            let ratio = figure.ratio.map { "= \(Figure.text($0.value)) × \($0.to)" } ?? ""
            return ["  " + figure.title, Figure.text(figure.value), figure.unit, aim, ratio]
        }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var rest = cells[...]
        return sections.flatMap { section in
            ["", section.title]
                + section.figures.compactMap { _ in rest.popFirst() }.map { cell in
                    let padded = [
                        cell[0] + Self.gap(widths[0] - cell[0].count + 2),
                        Self.gap(widths[1] - cell[1].count) + cell[1],
                        " " + cell[2] + Self.gap(widths[2] - cell[2].count + 2),
                        cell[3] + Self.gap(widths[3] - cell[3].count + 2), cell[4],
                    ].joined()
                    return String(padded.reversed().drop { $0 == " " }.reversed())
                }
        }
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
        if let aim = figure.aim {
            body["aim"] = .string(aim.text)
            body["isMet"] = .bool(aim.isMet(by: figure.value))
        }
        return .object(body)
    }
}
