/// What a figure is to be.
enum Aim: Sendable, Equatable {
    case atLeast(Double)
    case atMost(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atLeast(let bound): value >= bound
        case .atMost(let bound): value <= bound
        }
    }

    /// Such as "≥ 3,000".
    var text: String {
        switch self {
        case .atLeast(let bound): "≥ \(Aim.short(bound))"
        case .atMost(let bound): "≤ \(Aim.short(bound))"
        }
    }

    /// Without the zeros that a measured figure keeps.
    private static func short(_ bound: Double) -> String {
        let text = Figure.text(bound)
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(trimmed.reversed())
    }
}
