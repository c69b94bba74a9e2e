/// Dates and times by RFC 3339, durations by its appendix A.
enum TimeText {
    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    static func isTime(_ text: Substring) -> Bool {
        var clock = text
        var (offset, isWest) = (0, false)
        if text.hasSuffix("Z") || text.hasSuffix("z") {
            clock = text.dropLast()
        } else {
            guard let at = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return false }
            let zone = text[text.index(after: at)...].split(separator: ":", omittingEmptySubsequences: false)
            guard zone.count == 2, let hours = number(zone[0], digits: 2), let minutes = number(zone[1], digits: 2),
                hours < 24, minutes < 60
            else { return false }
            (offset, isWest, clock) = (hours * 60 + minutes, text[at] == "-", text[..<at])
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = number(parts[0], digits: 2), let minutes = number(parts[1], digits: 2),
            hours < 24, minutes < 60
        else { return false }
        let seconds = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(seconds[0], digits: 2), whole <= 60 else { return false }
        if seconds.count == 2, seconds[1].isEmpty || !seconds[1].utf8.allSatisfy({ (48...57).contains($0) }) {
            return false
        }
        guard whole == 60 else { return true }
        // A leap second is the last of a day in Greenwich.
        let minute = (hours * 60 + minutes + (isWest ? offset : -offset) + 2880) % 1440
        return minute == 1439
    }

    static func isDuration(_ text: String) -> Bool {
        guard text.hasPrefix("P") else { return false }
        let halves = text.dropFirst().split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.count > 1 else { return false }
        if halves[0].hasSuffix("W") { return halves.count == 1 && follows(halves[0], ["W"]) }
        return follows(halves[0], ["Y", "M", "D"]) && (halves.count == 1 || !halves[1].isEmpty)
            && (halves.count == 1 || follows(halves[1], ["H", "M", "S"]))
    }

    /// Numbers with units, in order and without gaps.
    private static func follows(_ text: Substring, _ units: [Character]) -> Bool {
        var (rest, last) = (text, -1)
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...]
            guard !digits.isEmpty, let unit = rest.popFirst(), let at = units.firstIndex(of: unit), at > last,
                last == -1 || at == last + 1
            else { return false }
            last = at
        }
        return true
    }
}
