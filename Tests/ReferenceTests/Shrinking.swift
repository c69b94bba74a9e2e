import Core

extension Comparison {
    /// A smaller workflow that still shows a difference: what can be left out is left out.
    func shrunk(tries: Int = 600) -> Comparison {
        var (best, left) = (self, tries)
        var isSmaller = true
        while isSmaller, left > 0 {
            isSmaller = false
            for candidate in best.smaller() {
                left -= 1
                if left <= 0 { break }
                guard let verdict = try? candidate.verdict(), verdict.difference != nil else { continue }
                (best, isSmaller) = (candidate, true)
                break
            }
        }
        return best
    }

    /// All that has one thing less, the largest things first.
    private func smaller() -> [Comparison] {
        var candidates: [(size: Int, comparison: Comparison)] = []
        for at in documents.indices {
            for smaller in Self.without(documents[at]) {
                var copy = self
                copy.documents[at] = smaller
                candidates.append((smaller.text().utf8.count, copy))
            }
        }
        return candidates.sorted { $0.size < $1.size }.map(\.comparison)
    }

    private static func without(_ value: JSON) -> [JSON] {
        switch value {
        case .array(let elements):
            return elements.indices.flatMap { at -> [JSON] in
                var rest = elements
                rest.remove(at: at)
                let inner = without(elements[at]).map { smaller -> JSON in
                    var copy = elements
                    copy[at] = smaller
                    return .array(copy)
                }
                return (rest.isEmpty ? [] : [.array(rest)]) + inner
            }
        case .object(let members):
            return members.keys.flatMap { key -> [JSON] in
                var rest = members
                rest[key] = nil
                let inner = without(members[key] ?? .null).map { smaller -> JSON in
                    var copy = members
                    copy[key] = smaller
                    return .object(copy)
                }
                return [.object(rest)] + inner
            }
        default: return []
        }
    }
}
