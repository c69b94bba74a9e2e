import Core

/// Built-ins on moments: seconds since 1970 and broken-down time. There is one time zone: UTC.
enum Times {
    static let natives: [String: Native] = [
        "gmtime/0": Native { input, _, _ throws(Signal) in
            guard let seconds = input.double else { throw .message("gmtime() requires a number") }
            return try broken(seconds).json
        },
        "mktime/0": Native { input, _, _ throws(Signal) in
            guard let fields = input.array else { throw .message("mktime requires array of 6 numbers") }
            guard let time = BrokenTime(fields) else { throw .message("mktime requires parsed datetime inputs") }
            return .integer(time.seconds)
        },
        "strftime/1": Native { input, arguments, evaluator throws(Signal) in
            try written("strftime/1", input, arguments[0], evaluator)
        },
        "strflocaltime/1": Native { input, arguments, evaluator throws(Signal) in
            try written("strflocaltime/1", input, arguments[0], evaluator)
        },
        "strptime/1": Native { input, arguments, evaluator throws(Signal) in
            guard let text = input.string, let format = arguments[0].string else {
                throw .message("strptime/1 requires string inputs and arguments")
            }
            try evaluator.step((text.utf8.count + format.utf8.count) >> 2)
            guard let (time, rest) = TimeReader.read(text, format), let fields = time.json.array else {
                throw .message("date \"\(text)\" does not match format \"\(format)\"")
            }
            return .array(rest.isEmpty ? fields : fields + [.string(rest)])
        },
    ]

    static let definitions = #"""
        def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
        def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
        def todate: todateiso8601;
        def fromdate: fromdateiso8601;
        def date: todate;
        def dateadd(u; n): . + n;
        def datesub(u; n): . - n;
        """#

    private static func broken(_ seconds: Double) throws(Signal) -> BrokenTime {
        guard let time = BrokenTime(seconds: seconds) else {
            throw .message("error converting number of seconds since epoch to datetime")
        }
        return time
    }

    private static func written(_ name: String, _ input: JSON, _ format: JSON, _ evaluator: Evaluator)
        throws(Signal) -> JSON
    {
        let time: BrokenTime
        if let seconds = input.double {
            time = try broken(seconds)
        } else {
            guard let fields = input.array, let read = BrokenTime(fields) else {
                throw .message("\(name) requires parsed datetime inputs")
            }
            time = read
        }
        guard let format = format.string else { throw .message("\(name) requires a string format") }
        try evaluator.step(format.utf8.count)
        let text = TimeWriter.written(time, format)
        try evaluator.admit(bytes: text.utf8.count)
        return .string(text)
    }
}
