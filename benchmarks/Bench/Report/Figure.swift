/// One line of the report.
struct Figure: Sendable {
    /// A share or a multiple of something measured in the same run.
    struct Ratio: Sendable {
        var value: Double
        /// What it is a ratio to, with the sum that gives it.
        var to: String
    }

    /// Its name in the JSON form; never changes.
    var key: String
    /// Its name for people.
    var title: String
    var value: Double
    var unit: String
    var ratio: Ratio?
    /// Nil for what only explains.
    var aim: Aim?

    init(
        _ key: String, _ title: String, _ value: Double, _ unit: String, _ ratio: Ratio? = nil, aim: Aim? = nil
    ) {
        (self.key, self.title, self.value, self.unit, self.ratio) = (key, title, value, unit, ratio)
        self.aim = aim
    }

    /// Beside a raw limit, in the figure's own unit.
    init(
        _ key: String, _ title: String, _ value: Double, _ unit: String, limit: Double, _ what: String, aim: Aim? = nil
    ) {
        let sum = "\(what) (\(Figure.text(limit))\(unit.hasPrefix("/") ? "" : " ")\(unit))"
        self.init(key, title, value, unit, Ratio(value: value / limit, to: sum), aim: aim)
    }

    /// Three significant digits or so, thousands set apart.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let decimals = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        let scale = [1, 10, 100, 1000][decimals]
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let digits = Array(String(scaled / scale))
        var whole = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { whole.append(",") }
            whole.append(digit)
        }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + whole }
        let fraction = String(scaled % scale)
        return sign + whole + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
