import Core

/// Built-ins on moments: seconds since 1970, RFC 3339 and broken-down UTC.
enum Times {
    static let natives: [String: Native] = [
        "fromdateiso8601/0": Native { input, _, _ throws(Signal) in
            guard let text = input.string else { throw .message("strptime/1 requires string inputs and arguments") }
            guard text.utf8.count == 20, text.hasSuffix("Z"), let instant = Instant(text) else {
                throw .message("date \"\(text)\" does not match format \"%Y-%m-%dT%H:%M:%SZ\"")
            }
            return .integer(instant.microseconds / 1_000_000)
        },
        "todateiso8601/0": Native { input, _, _ throws(Signal) in
            .string(try instant(input, "strftime/1 requires parsed datetime inputs").description)
        },
        "gmtime/0": Native { input, _, _ throws(Signal) in try broken(input) },
        "mktime/0": Native { input, _, _ throws(Signal) in try seconds(input) },
    ]

    private static func instant(_ input: JSON, _ complaint: String) throws(Signal) -> Instant {
        guard let seconds = input.double, abs(seconds) < 9e12 else { throw .message(complaint) }
        return Instant(microseconds: Int64(seconds.rounded(.down)) * 1_000_000)
    }

    private static func broken(_ input: JSON) throws(Signal) -> JSON {
        guard let seconds = input.double, abs(seconds) < 9e12 else {
            throw .message("gmtime() requires a number")
        }
        let whole = Int64(seconds.rounded(.down))
        let text = Instant(microseconds: whole * 1_000_000).description
        let fields = text.split { "-T:Z".contains($0) }.compactMap { Int64($0) }
        guard fields.count == 6 else { throw .message("error converting number of seconds since epoch to datetime") }
        let days = whole >= 0 ? whole / 86_400 : (whole - 86_399) / 86_400
        guard let newYear = Instant("\(text.prefix(4))-01-01") else {
            throw .message("the year has more than four digits")
        }
        let fraction = seconds - seconds.rounded(.down)
        return .array([
            .integer(fields[0]), .integer(fields[1] - 1), .integer(fields[2]), .integer(fields[3]), .integer(fields[4]),
            Arithmetic.number(Double(fields[5]) + fraction), .integer(((days + 4) % 7 + 7) % 7),
            .integer(days - newYear.microseconds / 86_400_000_000),
        ])
    }

    private static func seconds(_ input: JSON) throws(Signal) -> JSON {
        guard let fields = input.array else { throw .message("mktime requires array of 6 numbers") }
        var numbers = fields.prefix(6).compactMap(\.double)
        guard numbers.count == min(6, fields.count) else { throw .message("mktime requires parsed datetime inputs") }
        guard !numbers.isEmpty else { throw .message("mktime requires array of 6 numbers") }
        // What is left out is the beginning: of the day, the hour, the month.
        while numbers.count < 6 { numbers.append(numbers.count == 2 ? 1 : 0) }
        guard numbers.allSatisfy({ abs($0) < 1e6 }) else { throw .message("mktime: the fields are out of range") }
        let month = Int(numbers[1])
        let years = month >= 0 ? month / 12 : (month - 11) / 12
        let year = Int(numbers[0]) + years
        guard (1...9999).contains(year) else { throw .message("mktime: the year is out of range") }
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        guard let first = Instant("\(padded(year, 4))-\(padded(month - years * 12 + 1, 2))-01") else {
            throw .message("mktime: the date is out of range")
        }
        let start = first.microseconds / 1_000_000
        let day = (Int64(numbers[2]) - 1) * 86_400
        return .integer(start + day + Int64(numbers[3]) * 3600 + Int64(numbers[4]) * 60 + Int64(numbers[5]))
    }
}
