import Core

/// Built-ins on arrays and objects.
enum Collections {
    static let natives: [String: Native] = [
        "keys/0": Native { input, _, evaluator throws(Signal) in try keys(input, sorted: true) },
        "keys_unsorted/0": Native { input, _, _ throws(Signal) in try keys(input, sorted: false) },
        "add/0": Native { input, _, evaluator throws(Signal) in try sum(input, evaluator) },
        "sort/0": Native { input, _, evaluator throws(Signal) in
            .array(try Ordering.sorted(try array(input, "cannot be sorted, as it is not an array"), evaluator))
        },
        "unique/0": Native { input, _, evaluator throws(Signal) in
            var kept: [JSON] = []
            for element in try Ordering.sorted(try array(input, "cannot be sorted, as it is not an array"), evaluator) {
                if let last = kept.last, try Ordering.compare(last, element, evaluator) == 0 { continue }
                kept.append(element)
            }
            return .array(kept)
        },
        "min/0": Native { input, _, evaluator throws(Signal) in try extreme(input, evaluator) { $0 < 0 } },
        "max/0": Native { input, _, evaluator throws(Signal) in try extreme(input, evaluator) { $0 >= 0 } },
        "reverse/0": Native { input, _, _ throws(Signal) in
            switch input {
            case .null: return []
            case .string(let text):
                var reversed = String.UnicodeScalarView()
                reversed.append(contentsOf: text.unicodeScalars.reversed())
                return .string(String(reversed))
            case .array(let elements): return .array(elements.reversed())
            default: throw .message("Cannot reverse \(Values.described(input))")
            }
        },
        "_flatten/1": Native { input, arguments, evaluator throws(Signal) in
            var flat: [JSON] = []
            let elements: [JSON]
            switch input {
            case .array(let own): elements = own
            case .object(let object): elements = object.values
            default: throw .message("Cannot iterate over \(Values.described(input))")
            }
            try flatten(elements, arguments[0].double ?? -1, &flat, evaluator, 0)
            return .array(flat)
        },
        "transpose/0": Native { input, _, evaluator throws(Signal) in
            let rows = try array(input, "cannot be transposed")
            var width = 0
            for row in rows {
                // A number has a length too, perhaps none or one without end.
                guard let length = try Values.length(row).double, length > 0 else { continue }
                width = max(width, Int(min(length.rounded(.up), 1e9)))
            }
            if width > 0, let row = rows.first(where: { $0.array == nil && !$0.isNull }) {
                throw .message("Cannot index \(row.kind) with number")
            }
            try evaluator.step(width * rows.count)
            return .array((0..<width).map { column in .array(rows.map { $0[column] ?? .null }) })
        },
        "bsearch/1": Native { input, arguments, evaluator throws(Signal) in
            let elements = try array(input, "cannot be searched from")
            var (low, high) = (0, elements.count)
            while low < high {
                let middle = (low + high) / 2
                let order = try Ordering.compare(elements[middle], arguments[0], evaluator)
                if order == 0 { return .integer(Int64(middle)) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return .integer(Int64(-1 - low))
        },
        "indices/1": Native { input, arguments, evaluator throws(Signal) in
            try indices(input, arguments[0], evaluator)
        },
    ]

    private static func array(_ input: JSON, _ complaint: String) throws(Signal) -> [JSON] {
        guard let elements = input.array else { throw .message("\(Values.described(input)) \(complaint)") }
        return elements
    }

    private static func keys(_ input: JSON, sorted: Bool) throws(Signal) -> JSON {
        switch input {
        case .object(let object): return .array((sorted ? Ordering.keys(object) : object.keys).map(JSON.string))
        case .array(let elements): return .array((0..<elements.count).map { .integer(Int64($0)) })
        default: throw .message("\(Values.described(input)) has no keys")
        }
    }

    private static func sum(_ input: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        let elements: [JSON]
        switch input {
        case .array(let own): elements = own
        case .object(let object): elements = object.values
        default: throw .message("Cannot iterate over \(Values.described(input))")
        }
        if !elements.isEmpty, elements.allSatisfy({ $0.string != nil }) {
            var bytes = 0
            for element in elements { bytes += element.string?.utf8.count ?? 0 }
            try evaluator.admit(bytes: bytes)
            return .string(elements.compactMap(\.string).joined())
        }
        if elements.count > 1, elements.allSatisfy({ $0.array != nil }) {
            var count = 0
            for element in elements { count += element.array?.count ?? 0 }
            try evaluator.admit(count: count)
            return .array(elements.flatMap { $0.array ?? [] })
        }
        var total = JSON.null
        for element in elements { total = try Arithmetic.add(total, element, evaluator) }
        return total
    }

    private static func extreme(
        _ input: JSON, _ evaluator: Evaluator, _ isBetter: (Int) -> Bool
    ) throws(Signal) -> JSON {
        let elements = try array(input, "cannot be iterated over")
        guard var best = elements.first else { return .null }
        for element in elements.dropFirst() where isBetter(try Ordering.compare(element, best, evaluator)) {
            best = element
        }
        return best
    }

    private static func flatten(
        _ elements: [JSON], _ depth: Double, _ flat: inout [JSON], _ evaluator: Evaluator, _ level: Int
    ) throws(Signal) {
        guard level < evaluator.deepestValue else { throw .exhausted(.depth) }
        for element in elements {
            try evaluator.step()
            if case .array(let inner) = element, depth != 0 {
                try flatten(inner, depth - 1, &flat, evaluator, level + 1)
            } else {
                flat.append(element)
            }
            try evaluator.admit(count: flat.count)
        }
    }

    private static func indices(_ input: JSON, _ part: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        switch (input, part) {
        case (.null, _): return .null
        case (.string(let text), .string(let wanted)):
            try evaluator.step(text.utf8.count >> 4)
            if wanted.isEmpty { return .null }
            return .array(Texts.indices(of: wanted, in: text).map { .integer(Int64($0)) })
        case (.array(let elements), .array(let wanted)):
            try evaluator.step(elements.count * wanted.count)
            return Access.indices(elements, of: wanted)
        case (.array(let elements), _):
            var found: [JSON] = []
            for (position, element) in elements.enumerated()
            where try Ordering.compare(element, part, evaluator) == 0 { found.append(.integer(Int64(position))) }
            return .array(found)
        default: return try Access.get(input, part)
        }
    }
}
