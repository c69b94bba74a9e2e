/// `strftime` in the C locale and UTC.
struct TimeWriter {
    static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private struct Directive {
        var pad: Unicode.Scalar?
        var upper = false
        var swaps = false
        var width: Int?
        var letter: Unicode.Scalar
    }

    private let time: BrokenTime
    private var text = ""

    static func written(_ time: BrokenTime, _ format: String) -> String {
        var writer = TimeWriter(time: time)
        writer.write(format)
        return writer.text
    }

    private init(time: BrokenTime) { self.time = time }

    private mutating func write(_ format: String) {
        let scalars = Array(format.unicodeScalars)
        var at = 0
        while at < scalars.count {
            guard scalars[at] == "%" else {
                text.unicodeScalars.append(scalars[at])
                at += 1
                continue
            }
            let start = at
            if let directive = Self.directive(scalars, &at), let value = value(directive) {
                text += value
            } else {
                // What is unknown stays as it is.
                at = max(at, start + 1)
                text.unicodeScalars.append(contentsOf: scalars[start..<at])
            }
        }
    }

    private static func directive(_ scalars: [Unicode.Scalar], _ at: inout Int) -> Directive? {
        var directive = Directive(letter: "%")
        at += 1
        while at < scalars.count {
            switch scalars[at] {
            case "_", "-", "0": directive.pad = scalars[at]
            case "^": directive.upper = true
            case "#": directive.swaps = true
            case "1"..."9":
                var width = 0
                while at < scalars.count, ("0"..."9").contains(scalars[at]) {
                    width = min(width * 10 + Int(scalars[at].value - 48), 100)
                    at += 1
                }
                directive.width = width
                continue
            case "E", "O":
                if at + 1 < scalars.count, ("A"..."z").contains(scalars[at + 1]) { break }
                at += 1
                return nil
            default:
                directive.letter = scalars[at]
                at += 1
                return directive
            }
            at += 1
        }
        return nil
    }

    private func value(_ directive: Directive) -> String? {
        if let (number, width, pad) = number(directive.letter) {
            return padded(number, directive, width: width, pad: pad)
        }
        guard var value = words(directive) else { return nil }
        if directive.upper { value = value.uppercased() }
        if directive.swaps {
            value = directive.letter == "Z" || directive.letter == "p" ? value.lowercased() : value.uppercased()
        }
        let missing = (directive.width ?? 0) - value.unicodeScalars.count
        return missing > 0 ? String(repeating: directive.pad == "0" ? "0" : " ", count: missing) + value : value
    }

    private func padded(_ number: Int, _ directive: Directive, width: Int, pad: Unicode.Scalar) -> String {
        let digits = String(number.magnitude)
        let pad = directive.pad ?? pad
        let sign = number < 0 ? "-" : ""
        let width = max(pad == "-" ? 0 : width, directive.width ?? 0)
        let missing = max(0, width - digits.count - sign.count)
        if pad == "_" { return String(repeating: " ", count: missing) + sign + digits }
        return sign + String(repeating: "0", count: missing) + digits
    }

    private func number(_ letter: Unicode.Scalar) -> (Int, width: Int, pad: Unicode.Scalar)? {
        let hour12 = (time.hour % 12 + 12) % 12
        switch letter {
        case "C": return (time.year >= 0 ? time.year / 100 : (time.year - 99) / 100, 1, "0")
        case "d": return (time.day, 2, "0")
        case "e": return (time.day, 2, "_")
        case "g": return (((time.week.year % 100) + 100) % 100, 2, "0")
        case "G": return (time.week.year, 1, "0")
        case "H": return (time.hour, 2, "0")
        case "I": return (hour12 == 0 ? 12 : hour12, 2, "0")
        case "j": return (time.yearday + 1, 3, "0")
        case "k": return (time.hour, 2, "_")
        case "l": return (hour12 == 0 ? 12 : hour12, 2, "_")
        case "m": return (time.month + 1, 2, "0")
        case "M": return (time.minute, 2, "0")
        case "s": return (Int(time.seconds), 1, "0")
        case "S": return (time.second, 2, "0")
        case "u": return ((time.weekday + 6) % 7 + 1, 1, "0")
        case "U": return ((time.yearday - time.weekday + 7) / 7, 2, "0")
        case "V": return (time.week.number, 2, "0")
        case "w": return (time.weekday, 1, "0")
        case "W": return ((time.yearday - (time.weekday + 6) % 7 + 7) / 7, 2, "0")
        case "y": return (((time.year % 100) + 100) % 100, 2, "0")
        case "Y": return (time.year, 1, "0")
        default: return nil
        }
    }

    private func words(_ directive: Directive) -> String? {
        let day = Self.days.indices.contains(time.weekday) ? Self.days[time.weekday] : "?"
        let month = Self.months.indices.contains(time.month) ? Self.months[time.month] : "?"
        switch directive.letter {
        case "a": return String(day.prefix(3))
        case "A": return day
        case "b", "h": return String(month.prefix(3))
        case "B": return month
        case "c": return Self.written(time, "%a %b %e %H:%M:%S %Y")
        case "D", "x": return Self.written(time, "%m/%d/%y")
        case "F": return Self.written(time, "%Y-%m-%d")
        case "n": return "\n"
        case "p": return time.hour > 11 ? "PM" : "AM"
        case "P": return time.hour > 11 ? "pm" : "am"
        case "r": return Self.written(time, "%I:%M:%S %p")
        case "R": return Self.written(time, "%H:%M")
        case "t": return "\t"
        case "T", "X": return Self.written(time, "%H:%M:%S")
        case "z": return "+0000"
        case "Z": return "UTC"
        case "%": return "%"
        default: return nil
        }
    }
}
