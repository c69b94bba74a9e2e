extension Duration {
    /// Reads an ISO 8601 duration of days and smaller units (`P1DT2H3M4.5S`, `PT30S`, `P2W`); nil when it is not one.
    /// Years and months have no fixed length and are refused.
    public init?(iso8601 text: String) {
        var rest = Substring(text)
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var total = Duration.zero
        var inTime = false
        var last = 0
        while let first = rest.first {
            if first == "T" {
                guard !inTime else { return nil }
                inTime = true
                rest.removeFirst()
                if rest.isEmpty { return nil }
                continue
            }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, let unit = rest.popFirst(), let (rank, seconds) = Self.unit(unit, inTime: inTime),
                rank > last, let value = Double(digits.map { $0 == "," ? "." : String($0) }.joined()), value < 1e12
            else { return nil }
            last = rank
            total += .microseconds(Int64((value * Double(seconds) * 1e6).rounded()))
        }
        guard last > 0 else { return nil }
        self = total
    }

    private static func unit(_ unit: Character, inTime: Bool) -> (rank: Int, seconds: Int)? {
        switch (unit, inTime) {
        case ("W", false): (1, 604_800)
        case ("D", false): (2, 86_400)
        case ("H", true): (3, 3600)
        case ("M", true): (4, 60)
        case ("S", true): (5, 1)
        default: nil
        }
    }

    /// The ISO 8601 form in days and smaller units, such as `PT30S`; negative durations are written as `PT0S`.
    public var iso8601: String {
        var micros = max(0, wholeMicroseconds)
        let days = micros / 86_400_000_000
        micros %= 86_400_000_000
        let hours = micros / 3_600_000_000
        micros %= 3_600_000_000
        let minutes = micros / 60_000_000
        micros %= 60_000_000
        var time = (hours > 0 ? "\(hours)H" : "") + (minutes > 0 ? "\(minutes)M" : "")
        if micros > 0 {
            let fraction = String(micros % 1_000_000 + 1_000_000).dropFirst()
            let decimals = micros % 1_000_000 == 0 ? "" : "." + Self.trimmed(String(fraction))
            time += "\(micros / 1_000_000)\(decimals)S"
        }
        if days == 0, time.isEmpty { return "PT0S" }
        return "P" + (days > 0 ? "\(days)D" : "") + (time.isEmpty ? "" : "T" + time)
    }

    private static func trimmed(_ digits: String) -> String {
        var digits = digits
        while digits.last == "0" { digits.removeLast() }
        return digits
    }
}
