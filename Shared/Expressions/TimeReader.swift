/// `strptime` in the C locale. Zones are read over, as by C's library: the time is taken for UTC.
struct TimeReader {
    private let text: [Unicode.Scalar]
    private var at = 0
    private var time = BrokenTime()
    private var (century, yearOfCentury): (Int?, Int?) = (nil, nil)
    private var (isAfternoon, hour12): (Bool?, Bool) = (nil, false)
    private var (knowsDate, knowsMonth, knowsDay) = (false, false, false)
    private var (knowsWeekday, knowsYearday) = (false, false)
    private var (sundayWeek, mondayWeek): (Int?, Int?) = (nil, nil)

    /// The time and what is left of the text; nil when it does not match. Day of week and year are 8 and 367 when
    /// nothing tells them.
    static func read(_ text: String, _ format: String) -> (time: BrokenTime, rest: String)? {
        var reader = TimeReader(text: Array(text.unicodeScalars))
        (reader.time.weekday, reader.time.yearday) = (8, 367)
        guard reader.read(Array(format.unicodeScalars)) else { return nil }
        reader.complete()
        var rest = String.UnicodeScalarView()
        rest.append(contentsOf: reader.text[reader.at...])
        if let next = rest.first, !next.properties.isWhitespace { return nil }
        return (reader.time, String(rest))
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private mutating func skipSpace() {
        while at < text.count, text[at].isASCII, text[at].properties.isWhitespace { at += 1 }
    }

    private mutating func read(_ format: [Unicode.Scalar]) -> Bool {
        var position = 0
        while position < format.count {
            let next = format[position]
            position += 1
            if next.isASCII, next.properties.isWhitespace {
                skipSpace()
                continue
            }
            guard next == "%" else {
                guard at < text.count, text[at] == next else { return false }
                at += 1
                continue
            }
            while position < format.count, "-_0^#EO".unicodeScalars.contains(format[position]) { position += 1 }
            guard position < format.count, directive(format[position]) else { return false }
            position += 1
        }
        return true
    }

    /// Spaces, then digits as long as the number can stay within its bounds.
    private mutating func number(_ range: ClosedRange<Int>, digits: Int) -> Int? {
        skipSpace()
        var (value, count) = (0, 0)
        while count < digits, at < text.count, ("0"..."9").contains(text[at]),
            count == 0 || value * 10 <= range.upperBound
        {
            value = value * 10 + Int(text[at].value - 48)
            count += 1
            at += 1
        }
        return count > 0 && range.contains(value) ? value : nil
    }

    private mutating func field(
        _ range: ClosedRange<Int>, _ digits: Int = 2, _ store: (inout TimeReader, Int) -> Void
    ) -> Bool {
        guard let value = number(range, digits: digits) else { return false }
        store(&self, value)
        return true
    }

    private mutating func name(_ names: [String]) -> Int? {
        func follows(_ name: String) -> Bool {
            let wanted = name.unicodeScalars
            return text.count - at >= wanted.count
                && zip(text[at...], wanted).allSatisfy { ($0.value | 32) == ($1.value | 32) && $0.isASCII }
        }
        for (index, name) in names.enumerated() {
            for form in [name, String(name.prefix(3))] where follows(form) {
                at += form.unicodeScalars.count
                return index
            }
        }
        return nil
    }

    private mutating func directive(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case "%":
            guard at < text.count, text[at] == "%" else { return false }
            at += 1
            return true
        case "n", "t":
            skipSpace()
            return true
        case "c": return read(Array("%a %b %e %H:%M:%S %Y".unicodeScalars))
        case "D", "x": return read(Array("%m/%d/%y".unicodeScalars))
        case "F": return read(Array("%Y-%m-%d".unicodeScalars))
        case "r": return read(Array("%I:%M:%S %p".unicodeScalars))
        case "R": return read(Array("%H:%M".unicodeScalars))
        case "T", "X": return read(Array("%H:%M:%S".unicodeScalars))
        case "Z":
            skipSpace()
            while at < text.count, !text[at].properties.isWhitespace { at += 1 }
            return true
        case "z": return zone()
        default: return date(letter) ?? clock(letter) ?? false
        }
    }

    private mutating func date(_ letter: Unicode.Scalar) -> Bool? {
        switch letter {
        case "a", "A":
            guard let day = name(TimeWriter.days) else { return false }
            (time.weekday, knowsWeekday) = (day, true)
            return true
        case "b", "B", "h":
            guard let month = name(TimeWriter.months) else { return false }
            (time.month, knowsMonth, knowsDate) = (month, true, true)
            return true
        case "C": return field(0...99) { ($0.century, $0.knowsDate) = ($1, true) }
        case "d", "e": return field(1...31) { ($0.time.day, $0.knowsDay, $0.knowsDate) = ($1, true, true) }
        case "g": return field(0...99) { _, _ in }
        case "G": return field(0...9999, 4) { _, _ in }
        case "j": return field(1...366, 3) { ($0.time.yearday, $0.knowsYearday) = ($1 - 1, true) }
        case "m": return field(1...12) { ($0.time.month, $0.knowsMonth, $0.knowsDate) = ($1 - 1, true, true) }
        case "u": return field(1...7, 1) { ($0.time.weekday, $0.knowsWeekday) = ($1 % 7, true) }
        case "U": return field(0...53) { $0.sundayWeek = $1 }
        case "V": return field(0...53) { _, _ in }
        case "w": return field(0...6, 1) { ($0.time.weekday, $0.knowsWeekday) = ($1, true) }
        case "W": return field(0...53) { $0.mondayWeek = $1 }
        case "y": return field(0...99) { ($0.yearOfCentury, $0.knowsDate) = ($1, true) }
        case "Y":
            return field(0...9999, 4) {
                ($0.time.year, $0.knowsDate) = ($1, true)
                ($0.century, $0.yearOfCentury) = (nil, nil)
            }
        default: return nil
        }
    }

    private mutating func clock(_ letter: Unicode.Scalar) -> Bool? {
        switch letter {
        case "H", "k": return field(0...23) { ($0.time.hour, $0.hour12) = ($1, false) }
        case "I", "l": return field(1...12) { ($0.time.hour, $0.hour12) = ($1 % 12, true) }
        case "M": return field(0...59) { $0.time.minute = $1 }
        case "p":
            guard at + 1 < text.count, (text[at + 1].value | 32) == 109 else { return false }
            switch text[at].value | 32 {
            case 97: isAfternoon = false
            case 112: isAfternoon = true
            default: return false
            }
            at += 2
            return true
        case "s":
            return field(0...60_000_000_000_000, 15) {
                guard let read = BrokenTime(seconds: Double($1)) else { return }
                $0.time = read
                ($0.knowsWeekday, $0.knowsYearday, $0.knowsMonth, $0.knowsDay) = (true, true, true, true)
            }
        case "S": return field(0...61) { $0.time.second = $1 }
        default: return nil
        }
    }

    /// `Z`, `±hh`, `±hhmm` or `±hh:mm`
    private mutating func zone() -> Bool {
        skipSpace()
        guard at < text.count else { return false }
        at += 1
        if text[at - 1] == "Z" { return true }
        guard text[at - 1] == "+" || text[at - 1] == "-" else { return false }
        var digits = 0
        while digits < 4, at < text.count {
            if digits == 2, text[at] == ":", at + 1 < text.count, ("0"..."9").contains(text[at + 1]) { at += 1 }
            guard ("0"..."9").contains(text[at]) else { break }
            digits += 1
            at += 1
        }
        return digits == 2 || digits == 4
    }

    /// Derives what was not told from what was.
    private mutating func complete() {
        if hour12, isAfternoon == true { time.hour += 12 }
        if let century {
            time.year = century * 100 + (yearOfCentury ?? 0)
        } else if let yearOfCentury {
            time.year = yearOfCentury + (yearOfCentury >= 69 ? 1900 : 2000)
        }
        if knowsDate, !knowsMonth || !knowsDay, knowsYearday { deriveDate() }
        if knowsDate { time.derive(weekday: !knowsWeekday, yearday: !knowsYearday) }
        guard let week = sundayWeek ?? mondayWeek, knowsWeekday else { return }
        let first = BrokenTime.weekday(ofNewYear: time.year)
        let shift = sundayWeek == nil ? 1 : 0
        let offset = (7 - first + shift) % 7
        time.yearday = offset + (week - 1) * 7 + (time.weekday + 7 - shift) % 7
        if !knowsMonth || !knowsDay { deriveDate() }
    }

    private mutating func deriveDate() {
        let (month, day) = (time.month, time.day)
        time.deriveDate()
        if knowsMonth { time.month = month }
        if knowsDay { time.day = day }
    }
}
