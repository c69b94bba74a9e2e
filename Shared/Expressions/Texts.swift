import Core

/// Built-ins on strings.
enum Texts {
    static let natives: [String: Native] = [
        "ascii_downcase/0": Native { input, _, _ throws(Signal) in
            guard let text = input.string else { throw .message("ascii_downcase input must be a string") }
            return .string(mapped(text) { (65...90).contains($0) ? $0 + 32 : $0 })
        },
        "ascii_upcase/0": Native { input, _, _ throws(Signal) in
            guard let text = input.string else { throw .message("ascii_upcase input must be a string") }
            return .string(mapped(text) { (97...122).contains($0) ? $0 - 32 : $0 })
        },
        "startswith/1": Native { input, arguments, _ throws(Signal) in
            guard let text = input.string, let part = arguments[0].string else {
                throw .message("startswith() requires string inputs")
            }
            return .bool(text.utf8.starts(with: part.utf8))
        },
        "endswith/1": Native { input, arguments, _ throws(Signal) in
            guard let text = input.string, let part = arguments[0].string else {
                throw .message("endswith() requires string inputs")
            }
            return .bool(text.utf8.reversed().starts(with: part.utf8.reversed()))
        },
        "ltrimstr/1": Native { input, arguments, _ throws(Signal) in
            try trimmed(input, arguments[0], front: true, back: false)
        },
        "rtrimstr/1": Native { input, arguments, _ throws(Signal) in
            try trimmed(input, arguments[0], front: false, back: true)
        },
        "trimstr/1": Native { input, arguments, _ throws(Signal) in
            try trimmed(input, arguments[0], front: true, back: true)
        },
        "trim/0": Native { input, _, _ throws(Signal) in try stripped(input, front: true, back: true) },
        "ltrim/0": Native { input, _, _ throws(Signal) in try stripped(input, front: true, back: false) },
        "rtrim/0": Native { input, _, _ throws(Signal) in try stripped(input, front: false, back: true) },
        "split/1": Native { input, arguments, evaluator throws(Signal) in
            guard let text = input.string, let separator = arguments[0].string else {
                throw .message("split input and separator must be strings")
            }
            return try split(text, separator, evaluator)
        },
        "explode/0": Native { input, _, evaluator throws(Signal) in
            guard let text = input.string else { throw .message("\(Values.described(input)) cannot be exploded") }
            try evaluator.step(text.utf8.count >> 2)
            return .array(text.unicodeScalars.map { .integer(Int64($0.value)) })
        },
        "implode/0": Native { input, _, _ throws(Signal) in
            guard let points = input.array else { throw .message("implode input must be an array") }
            var scalars = String.UnicodeScalarView()
            for point in points {
                guard let value = point.double, !value.isNaN else {
                    throw .message(
                        "\(Values.described(point)) can't be imploded, unicode codepoint needs to be numeric")
                }
                let isCode = value >= 0 && value < 0x110000
                scalars.append(isCode ? Unicode.Scalar(UInt32(value)) ?? "\u{fffd}" : "\u{fffd}")
            }
            return .string(String(scalars))
        },
    ]

    private static func mapped(_ text: String, _ change: (UInt8) -> UInt8) -> String {
        String(decoding: text.utf8.map(change), as: UTF8.self)
    }

    private static func trimmed(_ input: JSON, _ part: JSON, front: Bool, back: Bool) throws(Signal) -> JSON {
        guard let text = input.string, let part = part.string else {
            throw .message("\(front ? "startswith" : "endswith")() requires string inputs")
        }
        if part.isEmpty { return input }
        var bytes = Array(text.utf8)[...]
        let cut = Array(part.utf8)
        if front, bytes.starts(with: cut) { bytes = bytes.dropFirst(cut.count) }
        if back, bytes.count >= cut.count, bytes.suffix(cut.count).elementsEqual(cut) {
            bytes = bytes.dropLast(cut.count)
        }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func stripped(_ input: JSON, front: Bool, back: Bool) throws(Signal) -> JSON {
        guard let text = input.string else { throw .message("trim input must be a string") }
        var scalars = text.unicodeScalars[...]
        while front, let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while back, let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return .string(String(scalars))
    }

    static func split(_ text: String, _ separator: String, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.step(text.utf8.count >> 2)
        if text.isEmpty { return .array([]) }
        if separator.isEmpty { return .array(text.unicodeScalars.map { .string(String($0)) }) }
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        var parts: [JSON] = []
        var start = 0
        for position in positions(of: wanted, in: bytes) {
            guard position >= start else { continue }
            parts.append(.string(String(decoding: bytes[start..<position], as: UTF8.self)))
            start = position + wanted.count
        }
        parts.append(.string(String(decoding: bytes[start...], as: UTF8.self)))
        return .array(parts)
    }

    /// Where `wanted` begins in `bytes`, overlaps included.
    static func positions(of wanted: [UInt8], in bytes: [UInt8], atMost: Int = .max) -> [Int] {
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return [] }
        // Knuth, Morris and Pratt: never compares a byte twice, however much `wanted` resembles itself.
        var borders = [0]
        for position in 1..<max(1, wanted.count) {
            var border = borders[position - 1]
            while border > 0, wanted[border] != wanted[position] { border = borders[border - 1] }
            borders.append(wanted[border] == wanted[position] ? border + 1 : 0)
        }
        var (found, matched) = ([Int](), 0)
        for (position, byte) in bytes.enumerated() {
            while matched > 0, matched == wanted.count || wanted[matched] != byte { matched = borders[matched - 1] }
            if wanted[matched] == byte { matched += 1 }
            guard matched == wanted.count else { continue }
            found.append(position + 1 - wanted.count)
            if found.count == atMost { break }
        }
        return found
    }

    /// The same in code points.
    static func indices(of wanted: String, in text: String) -> [Int] {
        let bytes = Array(text.utf8)
        var found: [Int] = []
        var (points, at) = (0, 0)
        for position in positions(of: Array(wanted.utf8), in: bytes) {
            while at < position {
                if bytes[at] & 0xc0 != 0x80 { points += 1 }
                at += 1
            }
            found.append(points)
        }
        return found
    }
}
